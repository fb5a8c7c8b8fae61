import type { PlanOptions } from '../../model/plan.ts';
import type { DataRule, ExtractionRule } from './plan/rules.ts';

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    traffic: { recording: string; declaredOwn: boolean };
    /** The load profile with command-line options over it; the plan's options but for the run's duration. */
    load: Omit<PlanOptions, 'durationMs'>;
    /** Files of data rules are absolute. */
    replay: { extraction: ExtractionRule[]; data: DataRule[] };
  }
}
