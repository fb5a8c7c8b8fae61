import type { Measurement } from '../../../gate/judge.ts';
import { amount, duration, grouped } from '../../../gate/words.ts';
import type { CapacityResult } from '../../../model/capacity.ts';
import type { ChaosResult } from '../../../model/chaos.ts';
import type { JourneysResult } from '../../../model/journeys.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { TrendResult } from '../../../model/stability.ts';
import type { ConditionVital } from '../../../model/uat.ts';
import type { UatUnderLoad } from '../../../model/uat-under-load.ts';
import type { Interval, Objective } from '../../../model/verdict.ts';
import { type Counts, noCounts, type RunRecord } from '../../../run/results/fold.ts';
import { apdex } from '../../../stats/apdex.ts';
import { judgedPercentileInterval, percentileInterval, proportionInterval } from '../../../stats/intervals.ts';
import { webVital } from '../../browsers/public.ts';
import { measureCapacity } from '../../capacity/public.ts';
import { measureChaos } from '../../chaos/results/objectives.ts';
import { journeyCompletion } from '../../journeys/public.ts';
import { measureUtilization } from '../../monitoring/results/utilization.ts';
import { measureScenarios } from '../../uat/results/objectives.ts';
import { brokenWindows, healthShare, type JudgedRun } from './judged.ts';
import { inMs, type Latencies, LatencySet } from './latencies.ts';

export interface MeasuredRun {
  record: RunRecord;
  judged: JudgedRun;
  response: Latencies;
  service: Latencies;
  trends: readonly TrendResult[];
  apdexThresholdMs: number;
  /** null: the run did not look for it. */
  capacity: CapacityResult | null;
  /** null: no experiment was run. */
  chaos: ChaosResult | null;
  /** null: no scenario was run. */
  scenarios: { uat: UatUnderLoad; vitals: readonly ConditionVital[] } | null;
  /** null: sessions were not followed. */
  journeys: JourneysResult | null;
}

const percentiles = { p50: 50, p90: 90, p95: 95, p99: 99, 'p99.9': 99.9 } as const;
const hourMs = 3_600_000;
/** In the sentence of an objective; the report has a section for all of them. */
const trendsTold = 2;

/** Finds what a run measured for an objective. */
export function measure(run: MeasuredRun, objective: Objective): Measurement {
  const { record, judged } = run;
  const route = objective.route === undefined ? null : routeIndex(run, objective.route);
  if (route === -1) return { value: null, samples: 0, absent: `no request of ${objective.route} was planned` };
  const counts = route === null ? judged.counts : (record.routes[route]?.judged ?? noCounts());
  const answered = counts.completed + counts.failed;
  const absent = absence(run);
  const single = (value: number | null, samples: number, why = absent): Measurement => ({
    value,
    samples,
    absent: why,
  });
  switch (objective.metric) {
    case 'response_time':
    case 'service_time':
      return latency(run, objective, route, counts, absent);
    case 'throughput':
      return single(rate(judged, route === null ? null : counts), answered);
    case 'error_rate':
      return {
        ...share(counts.failed, answered, absent),
        certain: share(certainFailures(record, counts), answered, absent),
      };
    case 'availability':
      return availability(run, counts, absent);
    case 'apdex':
      return single(apdex(setOf(run.response, route).whole, run.apdexThresholdMs, counts), answered);
    case 'stable_time':
      // In void windows only the times are in doubt; whether the target was up, availability judges.
      return single(judged.coveredMs > 0 ? judged.coveredMs / hourMs : null, answered);
    case 'coverage': {
      const plannedMs = record.started.durationMs;
      return single(plannedMs > 0 ? Math.min(100, (100 * judged.coveredMs) / plannedMs) : null, answered);
    }
    case 'fidelity': {
      const { fidelity } = record;
      return single(fidelity?.score ?? null, fidelity?.sentRequests ?? 0, whyNoFidelity(run));
    }
    case 'status_parity': {
      const parity = record.fidelity?.statusParity ?? null;
      const why = record.fidelity === null ? whyNoFidelity(run) : 'the recording holds no statuses to compare with';
      if (parity === null) return { value: null, samples: 0, absent: why };
      return share(Math.round(parity * answered), answered, absent);
    }
    case 'utilization':
      return measureUtilization(record.watched);
    case 'drift':
      return drift(run.trends);
    case 'regression':
      return { value: null, samples: 0, absent: 'this run did not look at it' };
    case 'capacity':
      return measureCapacity(run.capacity);
    case 'experiments':
    case 'recovery':
    case 'fault_errors':
    case 'harmed_writes':
      return run.chaos === null
        ? { value: null, samples: 0, absent: 'no fault was injected in this run' }
        : measureChaos(run.chaos, objective);
    case 'web_vital':
      return webVital.read({ state: record.browsers, section: null, facts: record as unknown as RunFacts }, objective);
    case 'scenarios':
    case 'user_findings':
    case 'vitals_over':
    case 'browsers_not_run':
    case 'fault_scenarios':
      return measureScenarios(run.scenarios, objective, run.chaos);
    case 'journey_completion':
      return journeyCompletion.read(
        { state: record.sessions, section: run.journeys, facts: record as unknown as RunFacts },
        objective,
      );
    case 'satisfaction':
      return { value: null, samples: 0, absent: 'it is judged with the acceptance tests' };
    case 'void_windows': {
      const all = record.windows.length;
      return single(all > 0 ? (100 * judged.voidWindows) / all : null, all);
    }
  }
}

/** Series of the target that grow by an amount that matters; the note names them. */
function drift(trends: readonly TrendResult[]): Measurement {
  const tested = trends.filter(({ subject, pValue }) => subject === 'target' && pValue !== null);
  if (tested.length === 0) return { value: null, samples: 0, absent: 'too short to show a trend' };
  const failing = tested.filter(({ verdict }) => verdict === 'fail');
  const found = { value: failing.length, samples: tested.length };
  if (failing.length === 0) return found;
  const told = failing.slice(0, trendsTold).map(({ sentence }) => sentence);
  const left = failing.length - told.length;
  return { ...found, note: [...told, ...(left > 0 ? [`And ${left} more.`] : [])].join(' ') };
}

/** Requests answered as they should, a second; of a route over all of its windows. */
function rate(judged: JudgedRun, ofRoute: Counts | null): number | null {
  if (judged.durationMs <= 0) return null;
  const completed = ofRoute?.completed ?? judged.inTime.reduce((sum, window) => sum + window.completed, 0);
  return (1000 * completed) / judged.durationMs;
}

function absence({ record, judged }: MeasuredRun): string {
  if (judged.windows.length > 0) return 'no request of the kind was answered';
  const reason = record.windows[0]?.void;
  return reason === undefined ? 'no window of the load was finished' : `every window is void: ${reason}`;
}

function whyNoFidelity({ record }: MeasuredRun): string {
  return record.loadEnded === null ? 'the run was cut off before it was summed up' : 'too little was sent';
}

/** Index of a route by its name, `GET /products/:id`; −1 when the plan has none such. */
export function routeIndex({ record }: Pick<MeasuredRun, 'record'>, name: string): number {
  return record.plan?.plan.routes.findIndex(({ method, route }) => `${method} ${route}` === name) ?? -1;
}

function setOf(latencies: Latencies, route: number | null): LatencySet {
  return (route === null ? latencies.all : latencies.routes.get(route)) ?? new LatencySet(0);
}

function latency(
  run: MeasuredRun,
  objective: Objective,
  route: number | null,
  counts: Counts,
  absent: string,
): Measurement {
  const { whole, batches } = setOf(objective.metric === 'response_time' ? run.response : run.service, route);
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
    interval: (confidence) => scaled(judgedPercentileInterval(whole, batches, p, confidence), 1 / 1000),
    observed: (confidence) => scaled(percentileInterval(whole, p, confidence), 1 / 1000),
  };
  const broken = brokenWindows(objective, run.judged.windows);
  if (broken === null) return measurement;
  const { windows, of, fromMs, toMs, oneStretch } = broken;
  const stretch = oneStretch && windows > 1 ? 'all in one stretch, ' : '';
  const where =
    windows === of
      ? `all ${grouped(of)} windows`
      : `${grouped(windows)} of ${grouped(of)} windows, ${stretch}from ${duration(fromMs)} to ${duration(toMs)}`;
  return { ...measurement, note: `Past the target in ${where}.` };
}

/** `k` of `n` in percent, with the exact binomial interval. */
function share(k: number, n: number, absent: string): Measurement {
  return {
    value: n > 0 ? (100 * k) / n : null,
    samples: n,
    absent,
    interval: (confidence) => scaled(proportionInterval(k, n, confidence), 100),
  };
}

/**
 * Requests that the target served, whatever it said: not those that ended in 5xx, a timeout, or a refused or reset connection. Kinds
 * of failures are counted over the whole run; where windows are void, those that count have their share of each.
 */
function availability(run: MeasuredRun, counts: Counts, absent: string): Measurement {
  const { record, judged } = run;
  const failed = record.windows.reduce((sum, window) => sum + window.failed, 0);
  if (failed > 0 && record.errors.total < failed && record.loadEnded === null) {
    return {
      value: null,
      samples: 0,
      absent: `the run was cut off before it wrote down what its ${grouped(failed)} failures were`,
    };
  }
  // A failure that no event tells of may be the target's.
  const untold = Math.max(0, failed - record.errors.total);
  const ofFailures = failed === 0 ? 0 : Math.min(1, (record.errors.unavailable + untold) / failed);
  const answered = counts.completed + counts.failed;
  const served = answered - Math.min(counts.failed, Math.ceil(counts.failed * ofFailures - 1e-9));
  const health = healthShare(record, judged.endMs);
  const measurement = {
    ...share(served, answered, absent),
    certain: share(answered - certainFailures(record, counts), answered, absent),
  };
  if (health === null) return measurement;
  return { ...measurement, note: `Health checks found it up ${amount(health * 100, '%')} of the time.` };
}

/** Failures that the target itself told of: 5xx, connections refused and reset; at the run's share of them. */
function certainFailures(record: RunRecord, counts: Counts): number {
  const { total, certain } = record.errors;
  return total === 0 ? 0 : Math.min(counts.failed, Math.floor((counts.failed * certain) / total + 1e-9));
}

function scaled(interval: Interval | null, factor: number): Interval | null {
  if (interval === null) return null;
  // A thousandth of a unit is finer than a bucket; digits past it are noise of the division.
  const tidy = (value: number) => (Number.isFinite(value) ? Number((value * factor).toPrecision(12)) : value);
  return { low: tidy(interval.low), high: tidy(interval.high), confidence: interval.confidence };
}
