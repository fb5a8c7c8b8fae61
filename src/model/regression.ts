import type { Interval, Verdict } from './verdict.ts';

/** What was compared: all requests or one route, or a figure of the target. */
export interface RegressionComparison {
  /** `all`, `GET /products/:id`, or a metric id. */
  subject: string;
  statistic: 'p50' | 'p95' | 'p99' | 'mean' | 'error_rate' | 'value';
  unit: 'ms' | '%' | 'bytes' | 'cores' | 'count';
  baseline: number;
  candidate: number;
  /** Change in percent of the baseline; for error rates in percentage points. */
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
}

export interface RegressionResult {
  /** Passing runs that make up the baseline, newest first. */
  baselines: { runId: string; version: string; startedAt: string }[];
  /** Paired in time with the baseline, or taken as independent. */
  design: 'paired' | 'independent';
  comparisons: RegressionComparison[];
  comparisonsLeftOut: number;
  verdict: Verdict;
  sentence: string;
  /** Why no comparison could be made, when there is none. */
  notCompared: string | null;
}
