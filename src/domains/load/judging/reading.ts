import type { Measurement } from '../../../gate/measurement.ts';
import type { MetricRun } from '../../../gate/metric.ts';
import { amount, duration, grouped } from '../../../gate/words.ts';
import type { Counts, RunFacts } from '../../../model/run-facts.ts';
import type { Interval, Objective } from '../../../model/verdict.ts';
import {
  type Counted,
  clusteredPercentileInterval,
  clusteredProportionInterval,
  missedPercentileInterval,
  missedProportionInterval,
} from '../../../stats/clustered.ts';
import { inMs } from '../../../stats/rounding.ts';
import type { LoadSection } from '../section.ts';
import type { LoadFold } from './fold.ts';
import { noCounts } from './fold.ts';
import { brokenWindows, healthShare } from './judged.ts';
import { type Latencies, LatencySet } from './latencies.ts';

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
}

export type LoadRun = MetricRun<LoadState, LoadSection>;

const percentiles = { p50: 50, p90: 90, p95: 95, p99: 99, 'p99.9': 99.9 } as const;

/** Route of an objective by its place in the plan, null: all requests; and the counts of the windows that count. */
interface Scope {
  route: number | null;
  counts: Counts;
  answered: number;
}

/** What an objective is about; a measurement of nothing where its route was not planned. */
export function scopeOf(run: LoadRun, objective: Objective): Scope | Measurement {
  const { facts } = run;
  const route = objective.route === undefined ? null : routeIndex(facts, objective.route);
  if (route === -1) return { value: null, samples: 0, absent: `no request of ${objective.route} was planned` };
  const counts = route === null ? facts.judged.counts : (facts.routes[route]?.judged ?? noCounts());
  return { route, counts, answered: counts.completed + counts.failed };
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
  const reason = facts.windows[0]?.void;
  return reason === undefined ? 'no window of the load was finished' : `every window is invalid: ${reason}`;
}

export function whyNoFidelity({ facts }: LoadRun): string {
  return facts.loadEnded === null ? 'the run was cut off before it was summed up' : 'too little was sent';
}

/** Index of a route by its name, `GET /products/:id`; −1 when the plan has none such. */
export function routeIndex({ plan }: Pick<RunFacts, 'plan'>, name: string): number {
  return plan?.plan.routes.findIndex(({ method, route }) => `${method} ${route}` === name) ?? -1;
}

export function setOf(latencies: Latencies, route: number | null): LatencySet {
  return (route === null ? latencies.all : latencies.routes.get(route)) ?? new LatencySet(0);
}

/** A percentile, the mean or the maximum of response or service times, ms. */
export function latency(which: 'response' | 'service') {
  return (run: LoadRun, objective: Objective): Measurement => {
    const scope = scopeOf(run, objective);
    return 'value' in scope ? scope : latencyOf(run, objective, which, scope);
  };
}

function latencyOf(
  run: LoadRun,
  objective: Objective,
  which: 'response' | 'service',
  { route, counts }: Scope,
): Measurement {
  const absent = absence(run);
  const { whole, batches } = setOf(run.state[which], route);
  const samples = whole.count;
  const { statistic } = objective;
  if (statistic === 'mean') return { value: inMs(whole.mean), samples, absent };
  if (statistic === 'max') return { value: inMs(whole.max), samples, absent };
  if (statistic === 'value') return { value: null, samples, absent: 'a response time needs a statistic, such as p95' };
  const p = percentiles[statistic];
  const value = inMs(whole.percentile(p));
  const measurement: Measurement = {
    value,
    samples,
    absent,
    unservedShare: (counts.failed + counts.unsent) / Math.max(counts.completed + counts.failed + counts.unsent, 1),
    interval: (confidence) => scaled(clusteredPercentileInterval(whole, batches, p, confidence), 1 / 1000),
    observed: (confidence) => scaled(missedPercentileInterval(whole, batches, p, confidence), 1 / 1000),
  };
  const broken = brokenWindows(objective, run.facts.judged.windows);
  if (broken === null) return measurement;
  const { windows, of, fromMs, toMs, oneStretch } = broken;
  const stretch = oneStretch && windows > 1 ? 'all consecutive, ' : '';
  const where =
    windows === of
      ? `all ${grouped(of)} windows`
      : `${grouped(windows)} of ${grouped(of)} windows, ${stretch}from ${duration(fromMs)} to ${duration(toMs)}`;
  return { ...measurement, note: `Past the target in ${where}.` };
}

/** Failures by window of the windows that count, of an objective's requests. */
export function failuresOf({ facts, state }: LoadRun, route: number | null): readonly Counted[] {
  if (route !== null) return state.fold.routeFailures[route]?.windows ?? [];
  return facts.judged.windows.map(({ completed, failed }) => ({ failed, of: completed + failed }));
}

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
 * Requests that the target served, whatever it said: not those that ended in 5xx, a timeout, or a refused or reset connection. Kinds
 * of failures are counted over the whole run; where windows are invalid, those that count have their share of each.
 */
export function availability(run: LoadRun, objective: Objective): Measurement {
  const scope = scopeOf(run, objective);
  if ('value' in scope) return scope;
  const { counts, answered } = scope;
  const { facts } = run;
  const { errors } = run.state.fold;
  const failed = facts.windows.reduce((sum, window) => sum + window.failed, 0);
  if (failed > 0 && errors.total < failed && facts.loadEnded === null) {
    return {
      value: null,
      samples: 0,
      absent: `the run was cut off before it wrote down what its ${grouped(failed)} failures were`,
    };
  }
  // A failure that no event records may be the target's.
  const untold = Math.max(0, failed - errors.total);
  const ofFailures = failed === 0 ? 0 : Math.min(1, (errors.unavailable + untold) / failed);
  const unserved = Math.min(counts.failed, Math.ceil(counts.failed * ofFailures - 1e-9));
  const health = healthShare(facts, facts.judged.endMs);
  const common = { of: answered, windows: failuresOf(run, scope.route), absent: absence(run) };
  const measurement = {
    ...successShare({ ...common, failed: unserved }),
    certain: successShare({ ...common, failed: certainFailures(run, counts, 'certainlyUnavailable') }),
  };
  if (health === null) return measurement;
  return { ...measurement, note: `Health checks found it up ${amount(health * 100, '%')} of the time.` };
}

/** Failures that are the target's whoever was late: of all, or of those in which it did not serve; at the run's share of them. */
export function certainFailures({ state }: LoadRun, counts: Counts, which: 'certain' | 'certainlyUnavailable'): number {
  const { errors } = state.fold;
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
