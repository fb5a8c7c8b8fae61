import type { RunFacts } from '../model/run-facts.ts';
import type { Objective, ObjectiveResult, Unit, Verdict } from '../model/verdict.ts';
import type { Measurement } from './measurement.ts';

/**
 * Kinds of causes, the first named first where several objectives fail: what spoils the evidence, harm to data, functions that fail, then errors,
 * which explain slowness and instability and not the other way round. Within a kind the order of the domains and of their lists holds.
 */
export const causeKinds = [
  'evidence',
  'data',
  'security',
  'function',
  'errors',
  'speed',
  'trend',
  'comparison',
  'resources',
  'conversion',
  'replay',
  'faults',
  'coverage',
  'time',
] as const;
export type CauseKind = (typeof causeKinds)[number];

/** What a figure is read from. */
export interface MetricRun<State = unknown, Section = unknown> {
  /** The domain's fold over the journal. */
  state: State;
  /** null: this run has none. */
  section: Section | null;
  facts: RunFacts;
}

/** What an objective may be about less than the whole run by. */
export const narrowingKeys = [
  'route',
  'method',
  'tag',
  'tenant',
  'excludeFirstS',
  'windowS',
  'comparedWith',
  'figure',
  'query',
  'sloPercent',
  'overDays',
] as const;
export type NarrowingKey = (typeof narrowingKeys)[number];

export interface Finding {
  verdict: Verdict;
  reason: string;
}

/** What a metric is called, what its figures mean, and how one is read. */
export interface Metric<State = unknown, Section = unknown> {
  /** `fault_errors` */
  readonly id: string;
  /** Within a sentence: `share of requests that failed under a fault`. */
  readonly words: string;
  /** In a word or two, for a tile; absent: as `words`. */
  readonly shortWords?: string | ((objective: Objective) => string);
  /** Within a sentence, where the objective says more than the metric, such as a journey's name; absent: statistic, words and route. */
  readonly subject?: (objective: Objective) => string;
  readonly unit: Unit;
  /** What its objectives may be in beside that; absent: what its default objectives are in. */
  readonly otherUnits?: readonly Unit[];
  /** Figures that say nothing about the target when the load generator was the bottleneck. */
  readonly needsGenerator?: boolean;
  /** What a missed target means: of the candidate (fail), or of how much the run can show (inconclusive). Absent: fail. */
  readonly missed?: Extract<Verdict, 'fail' | 'inconclusive'>;
  /** Which kind of cause it is, where several objectives fail and one is named first. */
  readonly cause: CauseKind;
  /** A count of what was seen, which no chance brings about: it is not one of the objectives among which one may fail by chance. */
  readonly isCount?: boolean;
  /** Its place in the headline of a run that passed; absent: not named there. */
  readonly inHeadline?: number;
  /** What was measured for an objective. */
  read(run: MetricRun<State, Section>, objective: Objective): Measurement;
  /** Keys that narrow an objective down and that its reading takes into account; the configuration refuses others, which would be passed over. */
  readonly narrowedBy?: readonly NarrowingKey[];
  /** Of these, an objective must have exactly one. */
  readonly needsOneOf?: readonly NarrowingKey[];
  /** Side of the target that it belongs on, where no default objective says so; absent: that of the default ones, or either. */
  readonly side?: 'below' | 'above';
  /** Statistics that it has; absent: those of its default objectives. */
  readonly statistics?: RegExp;
  /** A rule of its own in place of the interval's. @param before results of the objectives that do not depend on others */
  readonly judge?: (
    objective: Objective,
    value: number,
    before: readonly ObjectiveResult[],
    facts: RunFacts,
  ) => Finding;
  /** It depends on what others show, so it is judged after them. */
  readonly isLast?: boolean;
  /** The gate's tile where this objective decides; absent: figure of target. */
  readonly tile?: (objective: Objective, value: number) => string;
  /** Why the run is inconclusive, within the headline, where this objective is open though it was measured; absent: that the run cannot show it. */
  readonly doubt?: (objective: Objective, value: number, reason: string) => string;
  /** Before its reason, in the list of what is missing: `Stability`. */
  readonly missingPrefix?: string;
  /** What is wanted, within the headline; absent: subject and requirement. */
  readonly wanted?: (objective: Objective) => string;
}
