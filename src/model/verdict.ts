import { type ExitCode, exitCodes } from './error.ts';
import type { VitalName } from './vital.ts';

/** Three, never two: what was not shown is not passed, and not failed either. */
export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** The one word of the report. */
export type ReadinessWord = 'READY' | 'NOT READY' | 'INCONCLUSIVE';

/** The one word of a result: of a command's own gates, or, where a policy says which gates it takes, of readiness. */
export type VerdictWord = 'PASSED' | 'FAILED' | ReadinessWord;

/** What a command says of the gates that it judged. */
export const verdictWord: Record<Verdict, VerdictWord> = {
  pass: 'PASSED',
  fail: 'FAILED',
  inconclusive: 'INCONCLUSIVE',
};

/** The code that a command ends with. */
export const exitCodeOf: Record<Verdict, ExitCode> = {
  pass: exitCodes.ready,
  fail: exitCodes.notReady,
  inconclusive: exitCodes.inconclusive,
};

/** What a policy says of the gates that it names. */
export const readinessWord: Record<Verdict, ReadinessWord> = {
  pass: 'READY',
  fail: 'NOT READY',
  inconclusive: 'INCONCLUSIVE',
};

export interface Interval {
  low: number;
  high: number;
  /** Such as 0.95. */
  confidence: number;
}

export type Comparison = '<' | '<=' | '>' | '>=' | '=';

/** What is measured; each in one unit. */
export const metrics = [
  'response_time',
  'service_time',
  'throughput',
  'error_rate',
  'availability',
  'apdex',
  'stable_time',
  'coverage',
  'fidelity',
  'status_parity',
  'void_windows',
  /** Series that grow by an amount that matters: how many. */
  'drift',
  /** Worst slowdown against the baseline that is beyond doubt, in percent. */
  'regression',
  /** Highest share of a limit that a resource of the target took, in percent. */
  'utilization',
  /** Maximum sustainable rate. */
  'capacity',
  /** Share of chaos experiments whose hypothesis held. */
  'experiments',
  /** Slowest return to what was before, from a fault's end on. */
  'recovery',
  /** Highest share of requests that failed while a fault was on. */
  'fault_errors',
  /** Scenario runs outside of faults that passed. */
  'scenarios',
  /** Errors and failed requests that the scenarios' pages showed outside of faults. */
  'user_findings',
  /** Web vitals over their budget under load. */
  'vitals_over',
  /** Browsers that the release is meant for and that were not there. */
  'browsers_not_run',
  /** Scenario runs with a fault on that passed. */
  'fault_scenarios',
  /** Acknowledged writes that were lost, doubled or changed. */
  'harmed_writes',
  /** 75th percentile of a web vital under load, as visitors in real browsers see it. */
  'web_vital',
  /** Sessions that came to a journey's end in production and did so in the replay. */
  'journey_completion',
  /** Mean score that people gave. */
  'satisfaction',
] as const;

export type Metric = (typeof metrics)[number];

export type Unit = 'ms' | '/s' | '%' | 'score' | 'h' | 'count';

/** An objective is data (design: verdicts). Ratios are in percent: 0.1 is 0.1 %. */
export interface Objective {
  id: string;
  title: string;
  gate: GateId;
  metric: Metric;
  /** p50 … p99.9, mean, max, or `value` where the metric has one figure only. */
  statistic: 'p50' | 'p90' | 'p95' | 'p99' | 'p99.9' | 'mean' | 'max' | 'value';
  /** Only requests of this route (`GET /products/:id`); absent: all. */
  route?: string;
  /** Which web vital; of `web_vital` only. */
  vital?: VitalName;
  /** Name of the journey; of `journey_completion` only. */
  journey?: string;
  comparison: Comparison;
  target: number;
  unit: Unit;
  weight: number;
  /** A key objective that fails makes the gate fail, whatever the score. */
  key: boolean;
  /** Fewer samples than this: inconclusive. */
  minimumSamples: number;
}

export interface ObjectiveResult {
  objective: Objective;
  verdict: Verdict;
  /** null when nothing was measured. In the objective's unit. */
  value: number | null;
  interval: Interval | null;
  samples: number;
  /** One sentence: why this verdict, in plain words, with figures. */
  reason: string;
  /** Change against the baseline in percent; null without one. */
  changePercent: number | null;
}

export const gateIds = [
  'security',
  'performance',
  'functional',
  'stability',
  'approval',
  'parity',
  'rehearsal',
  'monitoring',
  'uat',
  'scalability',
  'resilience',
  'integrity',
  'compliance',
] as const;

export type GateId = (typeof gateIds)[number];

export interface GateResult {
  id: GateId;
  title: string;
  /** `not run`: this command does not judge it; it is not passed either. */
  verdict: Verdict | 'not run';
  /** A few words for the gate's tile: `p99 213 of 200 ms`. */
  summary: string;
  /** Weighted share of passed objectives, 0…100; null when not run. */
  score: number | null;
}
