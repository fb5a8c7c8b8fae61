import type { StabilityResult } from '../../model/stability.ts';
import type { MetricSeries } from '../../model/watch.ts';
import type { PartsSection } from '../part-section.ts';

/** Whether the target stood firm, and what it took of its resources. */
export interface MonitoringSection {
  /** Absent: a search for capacity, whose steps of different rates have no trend. */
  stability?: StabilityResult;
  /** Watched figures of the target, the generator and the harness. */
  resources: MetricSeries[];
  /** Absent: the monitoring was not validated in this run. */
  validation?: PartsSection;
}

declare module '../../model/results.ts' {
  interface Sections {
    monitoring: MonitoringSection;
  }
}
