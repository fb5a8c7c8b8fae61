import type { KubernetesSettings } from './kubernetes/rules.ts';
import type { engineNames } from './options.ts';

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    engine: { prefer: (typeof engineNames)[number]; k6Path: string | null; relayMs: number | null };
    /** null: chosen by the run's duration. */
    windows: { durationMs: number | null };
    honesty: { maxGeneratorLatenessMs: number; maxVoidShare: number };
    apdexThresholdMs: number;
    timeouts: { requestMs: number };
    /** Where load generators run in a cluster; absent where nothing is said of one. */
    kubernetes?: KubernetesSettings;
  }
}
