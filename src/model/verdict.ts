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

/** Any percentile; `share above 500 ms` is in percent of the answers; `value` where the metric has one figure only. */
export type Statistic = `p${number}` | 'mean' | 'min' | 'max' | 'value' | `share above ${number} ms`;

/** An objective is data (design: verdicts). Ratios are in percent: 0.1 is 0.1 %. */
export interface Objective {
  id: string;
  title: string;
  /** Id of a gate. */
  gate: string;
  /** Id of a metric. */
  metric: string;
  statistic: Statistic;
  /** Only requests of this route: `GET /products/:id`, `/products/:id` with any method, `/products/*` for all that begin so; absent: all. */
  route?: string;
  /** Only requests of this method; absent: all. */
  method?: string;
  /** Only requests with this tag, or with all of several: `region:eu,plan:pro`; absent: all. */
  tag?: string;
  /** Only requests of this tenant: those whose tag `tenant` is this; absent: all. */
  tenant?: string;
  /** Requests planned in the first so many seconds are left out; absent: none. */
  excludeFirstS?: number;
  /** The target holds in every part of so many seconds; absent: of the whole. */
  windowS?: number;
  /** Between this and the target it passes with a warning, and counts half in the score; absent: no warning. */
  warn?: number;
  /** The target is the change against these earlier runs, in percent; absent: the figure itself. */
  comparedWith?: 'last' | 'median' | 'pinned';
  /** The run ends, failed, as soon as it fails after so many seconds; absent: it goes on. */
  abortAfterS?: number;
  /** Id of a watched figure, or PromQL that gives one; of `figure` only. */
  figure?: string;
  query?: string;
  /** A service level objective: the share of good answers, and the days that its error budget is for (28); of burn rates only. */
  sloPercent?: number;
  overDays?: number;
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
  /** It passed, and was not shown to be within the objective's `warn`; absent: no warning. */
  isWarning?: true;
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
