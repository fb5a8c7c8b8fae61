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

export type Unit = 'ms' | '/s' | '%' | 'score' | 'h' | 'count';

/** An objective is data (design: verdicts). Ratios are in percent: 0.1 is 0.1 %. */
export interface Objective {
  id: string;
  title: string;
  /** Id of a gate. */
  gate: string;
  /** Id of a metric. */
  metric: string;
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
  /** What is measured, within a sentence: `p99 response time of GET /products/:id`. */
  subject: string;
  /** The same in a word or two, for a tile: `p99`. */
  shortSubject: string;
  verdict: Verdict;
  /** null when nothing was measured. In the objective's unit. */
  value: number | null;
  interval: Interval | null;
  samples: number;
  /** One sentence: why this verdict, in plain words, with figures. */
  reason: string;
  /** Change against the baseline in percent; null without one. */
  changePercent: number | null;
  /** What was seen and what is wanted, where words say more than the figures: `95 of 96 passed`, `all, in every browser and size`. */
  words?: { observed: string; wanted: string };
}

export interface GateResult {
  id: string;
  title: string;
  /** `not run`: a gate that a policy names and this run did not judge; it is not passed either. */
  verdict: Verdict | 'not run';
  /** A few words for the gate's tile: `p99 213 of 200 ms`. */
  summary: string;
  /** Weighted share of passed objectives, 0…100; null when not run. */
  score: number | null;
}
