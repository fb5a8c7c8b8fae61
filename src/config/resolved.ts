import type { ResolvedBrowser } from '../domains/browsers/rules.ts';
import type { ResolvedChaos } from '../domains/chaos/rules.ts';
import type { KubernetesSettings } from '../domains/load/kubernetes/rules.ts';
import type { ResolvedWatch } from '../domains/monitoring/watch/rules.ts';
import type { DataRule, ExtractionRule } from '../domains/traffic/plan/rules.ts';
import type { ResolvedUat } from '../domains/uat/rules.ts';
import type { DeclaredArtifact } from '../model/artifact.ts';
import type { JourneySettings } from '../model/journeys.ts';
import type { PlanOptions } from '../model/plan.ts';
import type { Header } from '../model/traffic.ts';
import type { Objective } from '../model/verdict.ts';
import type { ResolvedMetrics } from '../run/live/rules.ts';

export type { ResolvedConfig } from '../domains/domain.ts';

/** What of a default objective a configuration may change. */
export type ObjectiveOverride = Partial<
  Pick<Objective, 'comparison' | 'target' | 'weight' | 'key' | 'minimumSamples' | 'title'>
>;

export type EngineName = 'auto' | 'k6' | 'autocannon' | 'kubernetes' | 'k6-operator';

declare module '../domains/domain.ts' {
  interface ResolvedConfig {
    name: string;
    version: string;
    baselineVersion: string | null;
    environment: string;
    /** Declared; absent where nothing is. */
    artifacts?: DeclaredArtifact[];
    target: {
      /** Not null: start the bundled sample system; `baseUrl` is then null until it runs. */
      sample: { defects: string; version: 'v2.0.0' | 'v2.1.0' } | null;
      /** Without a trailing slash. */
      baseUrl: string | null;
      /** `host` or `host:port`, lower case; that of `baseUrl` is among them. */
      allowHosts: string[];
      /** Recorded origin → origin it is sent to, null: left out. */
      hosts: Record<string, string | null>;
      /** Names in lower case. */
      headers: Header[];
      dropHeaders: string[];
      tls: { caFile: string | null; certFile: string | null; keyFile: string | null };
      http2: boolean;
      tokenHook: { command: string[]; header: string; everyS: number } | null;
      scale: { command: string[]; instances: number } | null;
      healthPath: string | null;
      /** Where the target says what it is made of; absent: it does not. */
      artifactPath?: string;
    };
    traffic: { recording: string; declaredOwn: boolean };
    /** The load profile with command-line options over it; the plan's options but for the run's duration. */
    load: Omit<PlanOptions, 'durationMs'>;
    /** Files of data rules are absolute. */
    replay: { extraction: ExtractionRule[]; data: DataRule[] };
    engine: { prefer: EngineName; k6Path: string | null; relayMs: number | null };
    /** null: chosen by the run's duration. */
    windows: { durationMs: number | null };
    honesty: { maxGeneratorLatenessMs: number; maxVoidShare: number };
    /** A whole table, or changes to the default one by id; null: the default one. */
    objectives: Objective[] | Record<string, ObjectiveOverride> | null;
    journeys: JourneySettings;
    apdexThresholdMs: number;
    /** Runs past either bound are removed when a run has ended; null: no bound. */
    reports: { folder: string; keep: number | null; keepDays: number | null };
    metrics: ResolvedMetrics;
    chaos: ResolvedChaos;
    watch: ResolvedWatch;
    browser: ResolvedBrowser;
    uat: ResolvedUat;
    /** Passing runs to compare with: where they are, how many are kept, and how many of the newest count. */
    baselines: { folder: string; keep: number; runs: number };
    timeouts: { requestMs: number };
    /** Where load generators run in a cluster; absent where nothing is said of one. */
    kubernetes?: KubernetesSettings;
  }
}
