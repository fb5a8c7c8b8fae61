import type { Interval, Verdict } from './verdict.ts';
import type { MetricUnit } from './watch.ts';

/** A period of the run's clock, ms. */
export interface Period {
  fromMs: number;
  toMs: number;
}

export interface DowntimePeriod extends Period {
  /** Announced in the configuration, or made by a rehearsal. */
  planned: boolean;
  /** How it was seen: `health check: ECONNREFUSED`, … */
  reason: string;
}

/** The trend of one series after its warm-up. */
export interface TrendResult {
  /** Metric id, or `response.p50`, `response.p95`, `response.p99`, `errors`, or `route:<GET /x>.p95`. */
  id: string;
  title: string;
  unit: MetricUnit;
  subject: 'target' | 'generator' | 'harness';
  /** Theil–Sen slope, units per hour, and its interval. */
  slopePerHour: number;
  interval: Interval | null;
  /** Of the autocorrelation-safe Mann–Kendall test. */
  pValue: number | null;
  /** Fitted values at both ends of the period that was examined. */
  startValue: number;
  endValue: number;
  limit: number | null;
  /** From the end of the period, at the fitted slope; null: never, or no limit known. */
  limitReachedInMs: number | null;
  /** fail: it grows, by an amount that matters; inconclusive: too short or too noisy to say. */
  verdict: Verdict;
  /** Inconclusive for no more than its noise: it shows no growth, and could hide some that matters. */
  hidesGrowth?: true;
  /** `shop-1 memory grows 1.8 MB/h; its limit of 512 MB is reached in 9 days.` */
  sentence: string;
  points: number;
  period: Period;
}

/** A moment at which the level of a series changed for good. */
export interface ChangePoint {
  atMs: number;
  /** As `TrendResult.id`. */
  id: string;
  title: string;
  unit: MetricUnit;
  before: number;
  after: number;
  /** What happened then, by the journal: `k6 was replaced`, `fault: latency`, `health check failed`; null: nothing known. */
  what: string | null;
}

export interface AlertSpan extends Period {
  name: string;
  severity: string | null;
  /** It was still firing at the end. */
  open: boolean;
}

export interface ErrorLog {
  source: string;
  count: number;
  firstAtMs: number;
  example: string;
}

export interface ProcessChange {
  atMs: number;
  name: string;
  state: 'gone' | 'back' | 'restarted';
}

/** Figures that are missing for a time in which they should be there. */
export interface SilentSeries extends Period {
  /** An instance of which nothing was reported, or the title of one figure. */
  title: string;
}

/** Everything that says whether the target stood firm over the run. */
export interface StabilityResult {
  /** Time covered by measurement, and what is asked for (24 h, 48 h). */
  coveredMs: number;
  requiredMs: number;
  /** Periods not measured, with the reason: harness killed, disk full, … */
  gaps: (Period & { reason: string })[];
  downtime: DowntimePeriod[];
  plannedDowntimeMs: number;
  unplannedDowntimeMs: number;
  /** Share of covered time, planned downtime left out, in which health checks found the target up, %; null without checks. */
  uptimePercent: number | null;
  healthChecks: number;
  /** Time of those covered that health checks speak for, ms. Absent in results of earlier versions, as are the next five. */
  healthCheckedMs?: number;
  /** How long an outage may last by the run's objectives, ms. */
  allowedOutageMs?: number;
  /** Longest time without an unplanned outage, ms. */
  stableMs?: number;
  /** Processes of the target that went away or were replaced, and neither a fault nor a plan was the reason. */
  restarts?: ProcessChange[];
  /** What stopped being reported, or was not for a while, though it was watched. */
  silent?: SilentSeries[];
  /** Mean time between failures and to recover, ms; null where there was no unplanned downtime. */
  mtbfMs: number | null;
  mttrMs: number | null;
  alerts: AlertSpan[];
  errorLogs: ErrorLog[];
  trends: TrendResult[];
  changePoints: ChangePoint[];
  /** Generator processes that were started, planned hand-overs and replacements of dead ones. */
  generators: {
    atMs: number;
    shard: number;
    reason: 'start' | 'hand-over' | 'replacement' | 'resume';
    detail: string | null;
  }[];
  /** Requests lost with a generator that died: planned, never answered, not counted against the target. */
  lostWithGenerators: number;
}
