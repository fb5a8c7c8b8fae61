import type { Measurement } from '../../../gate/measurement.ts';
import type { MetricRun } from '../../../gate/metric.ts';
import { isOfAll } from '../../../gate/objectives.ts';
import { amount, duration, grouped } from '../../../gate/words.ts';
import { limitMsOf, percentileOf } from '../../../model/objective.ts';
import type { PlannedRoute } from '../../../model/plan.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { Interval, Objective } from '../../../model/verdict.ts';
import {
  type Counted,
  clusteredPercentileInterval,
  clusteredProportionInterval,
  missedPercentileInterval,
  missedProportionInterval,
} from '../../../stats/clustered.ts';
import type { WindowLatencies } from '../../../stats/packed-histogram.ts';
import { figureOf } from '../../../stats/statistic.ts';
import type { LoadSection } from '../section.ts';
import type { LoadFold } from './fold.ts';
import { brokenWindows, healthShare } from './judged.ts';
import { countsOf } from './keys.ts';
import { type Latencies, LatencySet } from './latencies.ts';
import { notPlanned, type Selected, type Selection, selected, selectionOf } from './selection.ts';

/** What the figures of a replay are read from. */
export interface LoadState {
  fold: LoadFold;
  /** Of the windows that count; empty until the section is made. */
  response: Latencies;
  service: Latencies;
  apdexThresholdMs: number;
  /** Targets of the whole that parts of it are held against; those of the default objectives where the run has none. */
  p95TargetMs: number;
  throughputTarget: number;
  /** Routes with a target of their own, by the plan's index: objectives for every route leave their times, or their failures, to it. */
  ownTargets: { times: ReadonlySet<number>; failures: ReadonlySet<number> };
  /** By id of the objective. */
  compared: ReadonlyMap<string, Measurement>;
  /** The plan's routes, with what is known of their answers from the recording or a baseline. */
  expected: readonly PlannedRoute[];
}

export type LoadRun = MetricRun<LoadState, LoadSection>;

/** What an objective is about; `all` where that is the whole run. */
interface Scope extends Selected {
  selection: Selection | null;
  answered: number;
}

/** What an objective is about; a measurement of nothing where none of it was planned. */
export function scopeOf(run: LoadRun, objective: Objective): Scope | Measurement {
  const { facts, state } = run;
  const selection = selectionOf(facts, objective);
  if (selection.keys?.size === 0) return { value: null, samples: 0, absent: notPlanned(facts, objective) };
  const found = selected(selection, facts, state.fold);
  const answered = found.counts.completed + found.counts.failed;
  return { ...found, answered, selection: isOfAll(objective) ? null : selection };
}

/** A figure that stands for itself, over the objective's requests. */
export function single(read: (run: LoadRun, scope: Scope) => number | null) {
  return (run: LoadRun, objective: Objective): Measurement => {
    const scope = scopeOf(run, objective);
    if ('value' in scope) return scope;
    return { value: read(run, scope), samples: scope.answered, absent: absence(run) };
  };
}

export function absence({ facts }: LoadRun): string {
  if (facts.judged.windows.length > 0) return 'no request of this kind was answered';
  const [first] = facts.windows;
  if (first === undefined) return 'no window of the load was finished';
  return `every window is ${first.invalid === null ? 'excluded' : 'invalid'}: ${first.invalid ?? first.excluded}`;
}

export function whyNoFidelity({ facts }: LoadRun): string {
  return facts.loadEnded === null ? 'the run was cut off before it was summed up' : 'too little was sent';
}

/** `GET /products/:id`, by its place in the plan. */
export function routeName({ plan }: Pick<RunFacts, 'plan'>, index: number): string {
  const route = plan?.plan.routes[index];
  return route === undefined ? '(unknown route)' : `${route.method} ${route.route}`;
}

export function setOf(latencies: Latencies, selection: Selection | null): LatencySet {
  return (selection === null ? latencies.all : latencies.selected.get(selection.key)) ?? new LatencySet(0);
}

/** A statistic of response or service times: ms, or percent of the answers that took longer than a limit. */
export function latency(which: 'response' | 'service') {
  return (run: LoadRun, objective: Objective): Measurement => {
    if (objective.comparedWith !== undefined)
      return run.state.compared.get(objective.id) ?? { value: null, samples: 0, absent: 'nothing was compared' };
    const scope = scopeOf(run, objective);
    return 'value' in scope ? scope : latencyOf(run, objective, which, scope);
  };
}

/** Share of the answers that took longer than the limit of `share above 500 ms`, exact to a bucket of the histogram (a thousandth). */
export function shareAbove(
  run: LoadRun,
  { statistic }: Objective,
  which: 'response' | 'service',
  { selection }: Pick<Scope, 'selection'>,
): Measurement {
  const { whole, batches } = setOf(run.state[which], selection);
  const limitUs = 1000 * (limitMsOf(statistic) ?? 0);
  const above = (times: WindowLatencies) => ({ failed: times.countAbove(limitUs), of: times.count });
  const windows = batches.map(above);
  return failureShare({ failed: above(whole).failed, of: whole.count, windows, absent: absence(run) });
}

function latencyOf(
  run: LoadRun,
  objective: Objective,
  which: 'response' | 'service',
  { selection, counts }: Scope,
): Measurement {
  const absent = absence(run);
  const { whole, batches } = setOf(run.state[which], selection);
  const samples = whole.count;
  const { statistic } = objective;
  if (statistic === 'value') return { value: null, samples, absent: 'a response time needs a statistic, such as p95' };
  const unservedShare = (counts.failed + counts.unsent) / Math.max(counts.completed + counts.failed + counts.unsent, 1);
  if (limitMsOf(statistic) !== null) return { ...shareAbove(run, objective, which, { selection }), unservedShare };
  const value = figureOf(whole, statistic);
  const p = percentileOf(statistic);
  if (p === null) return { value, samples, absent };
  const measurement: Measurement = {
    value,
    samples,
    absent,
    unservedShare,
    interval: (confidence) => scaled(clusteredPercentileInterval(whole, batches, p, confidence), 1 / 1000),
    observed: (confidence) => scaled(missedPercentileInterval(whole, batches, p, confidence), 1 / 1000),
  };
  const broken = brokenWindows(objective, run.facts.judged.windows);
  if (broken === null) return measurement;
  const { windows, of, fromMs, toMs, isConsecutive } = broken;
  const period = isConsecutive && windows > 1 ? 'all consecutive, ' : '';
  const where =
    windows === of
      ? `all ${grouped(of)} windows`
      : `${grouped(windows)} of ${grouped(of)} windows, ${period}from ${fromMs === 0 ? 'the start' : duration(fromMs)} to ${duration(toMs)}`;
  return { ...measurement, note: `The target was missed in ${where}.` };
}

/** Share of requests from which errors and availability differ so much that it is explained. */
const toldFrom = 0.01;

interface FailureShare {
  /** Of `of` requests. */
  failed: number;
  of: number;
  /** How failures come together. */
  windows: readonly Counted[];
  absent: string;
}

/** A share of failures in percent, with an interval that allows for their coming together. */
export function failureShare({ failed, of, windows, absent }: FailureShare): Measurement {
  const share = of > 0 ? failed / of : 0;
  const known = windows.length > 0 ? windows : [{ failed, of }];
  return {
    value: of > 0 ? 100 * share : null,
    samples: of,
    absent,
    interval: (confidence) => scaled(clusteredProportionInterval(known, confidence, share), 100),
    observed: (confidence) => scaled(missedProportionInterval(known, confidence, share), 100),
  };
}

/** The same as the share of what did not fail. */
export function successShare(of: FailureShare): Measurement {
  const { value, interval, observed, ...rest } = failureShare(of);
  const flipped = (found: Interval | null | undefined) =>
    found == null ? null : scaled({ ...found, low: 100 - found.high, high: 100 - found.low }, 1);
  return {
    ...rest,
    value: value === null ? null : (100 * (of.of - of.failed)) / of.of,
    interval: (confidence) => flipped(interval?.(confidence)),
    observed: (confidence) => flipped(observed?.(confidence)),
  };
}

/**
 * Requests that the target served, whatever it said: not those that ended in 5xx, without an answer, or with one that was cut off. Kinds
 * of failures are counted over the whole run; where windows are invalid, those that count have their share of each.
 */
export function availability(run: LoadRun, objective: Objective): Measurement {
  const scope = scopeOf(run, objective);
  if ('value' in scope) return scope;
  const { counts, answered } = scope;
  const { facts } = run;
  const keys = scope.selection?.keys ?? null;
  const errors = run.state.fold.errors.of(keys);
  const failed =
    keys === null
      ? facts.windows.reduce((sum, window) => sum + window.failed, 0)
      : [...keys].reduce((sum, key) => sum + (countsOf(facts, key)?.all.failed ?? 0), 0);
  if (failed > 0 && errors.total < failed && facts.loadEnded === null) {
    return {
      value: null,
      samples: 0,
      absent: `the run was cut off before it wrote down what its ${grouped(failed)} failures were`,
    };
  }
  // A failure that no event records may be the target's.
  const unrecorded = Math.max(0, failed - errors.total);
  const ofFailures = failed === 0 ? 0 : Math.min(1, (errors.unavailable + unrecorded) / failed);
  const unserved = Math.min(counts.failed, Math.ceil(counts.failed * ofFailures - 1e-9));
  const health = healthShare(facts, facts.judged.endMs);
  const common = { of: answered, windows: scope.windows, absent: absence(run) };
  const measurement = {
    ...successShare({ ...common, failed: unserved }),
    certain: successShare({ ...common, failed: certainFailures(run, scope, 'certainlyUnavailable') }),
  };
  const notes = [
    ...(health === null ? [] : [`Health checks found it up ${amount(health * 100, '%')} of the time.`]),
    ...answeredOtherwise(counts.failed - unserved, answered),
  ];
  return notes.length === 0 ? measurement : { ...measurement, note: notes.join(' ') };
}

/** Without it, an availability of 100 % beside an error rate of 99 % reads like a fault of the report. */
function answeredOtherwise(requests: number, of: number): string[] {
  if (requests < 1 || requests < of * toldFrom) return [];
  return [
    `${grouped(requests)} requests count as errors and not here: the target answered them, but with another class of status than recorded.`,
  ];
}

/** Failures that are the target's whoever was late: of all, or of those in which it did not serve; at the share that they have of the routes' in the whole run. */
export function certainFailures(
  { state }: LoadRun,
  { counts, selection }: Pick<Scope, 'counts' | 'selection'>,
  which: 'certain' | 'certainlyUnavailable',
): number {
  const errors = state.fold.errors.of(selection?.keys ?? null);
  return errors.total === 0
    ? 0
    : Math.min(counts.failed, Math.floor((counts.failed * errors[which]) / errors.total + 1e-9));
}

function scaled(interval: Interval | null, factor: number): Interval | null {
  if (interval === null) return null;
  // A thousandth of a unit is finer than a bucket; digits past it are noise of the division.
  const tidy = (value: number) => (Number.isFinite(value) ? Number((value * factor).toPrecision(12)) : value);
  return { low: tidy(interval.low), high: tidy(interval.high), confidence: interval.confidence };
}
