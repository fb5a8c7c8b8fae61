import type { Interval, Verdict } from './verdict.ts';

/** What was compared: all requests or one route, or a figure of the target. */
export interface RegressionComparison {
  /** `all`, `GET /products/:id`, or a metric id. */
  subject: string;
  /** `slow_windows`: share of windows whose p95 is above nearly all of the baseline's; `slope_p50`, `slope_p95`: growth over the last runs. */
  statistic: 'p50' | 'p95' | 'p99' | 'mean' | 'error_rate' | 'value' | 'slow_windows' | 'slope_p50' | 'slope_p95';
  unit: 'ms' | '%' | 'bytes' | 'cores' | 'count';
  baseline: number;
  candidate: number;
  /** Change in percent of the baseline; for shares (failures, slow windows) in percentage points. */
  change: number;
  /** Of the change, autocorrelation-safe. */
  interval: Interval | null;
  /** Standardised: change ÷ long-run standard deviation of a window's figure. */
  effectSize: number | null;
  /** After correction for the number of comparisons. */
  pValue: number | null;
  /** Windows of each arm. */
  windows: { baseline: number; candidate: number };
  verdict: Verdict;
  reason: string;
  /** The pinned run that it was compared with; absent: the median of the last runs. */
  pinned?: string;
  /** Percentage points that are tolerated, of a share; absent: the objective's margin in percent. */
  marginPoints?: number;
}

export interface RegressionResult {
  /** Runs that make up the baseline, newest first, the pinned one last; `verdict` where it did not pass. */
  baselines: { runId: string; version: string; startedAt: string; verdict?: Verdict; pinned?: true }[];
  /** Paired in time with the baseline, or taken as independent. */
  design: 'paired' | 'independent';
  comparisons: RegressionComparison[];
  comparisonsLeftOut: number;
  verdict: Verdict;
  sentence: string;
  /** The baseline is of a load generator on other hardware, as the end of a sentence: nothing is decided by the comparisons then. */
  otherHardware?: string;
  /** Why no comparison could be made, when there is none. */
  notCompared: string | null;
}
