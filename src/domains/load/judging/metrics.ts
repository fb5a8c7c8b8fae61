import { holds } from '../../../gate/comparison.ts';
import { against, passed } from '../../../gate/judge.ts';
import type { Metric } from '../../../gate/metric.ts';
import { scope } from '../../../gate/metrics.ts';
import { isOfAll } from '../../../gate/objectives.ts';
import { amount, figure, requirement, targetAmount } from '../../../gate/words.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { Objective } from '../../../model/verdict.ts';
import { apdex } from '../../../stats/apdex.ts';
import { slowdown } from '../regression/objective.ts';
import type { LoadSection } from '../section.ts';
import { answerMetrics } from './answers.ts';
import { burnAlerts, burnRate } from './budget.ts';
import { errorsByPart, timesByPart } from './by-part.ts';
import { addCounts, noCounts } from './fold.ts';
import { hidden } from './hidden.ts';
import { countsOf } from './keys.ts';
import { lostShare } from './lost.ts';
import {
  absence,
  availability,
  certainFailures,
  failureShare,
  type LoadState,
  latency,
  scopeOf,
  setOf,
  single,
  successShare,
  whyNoFidelity,
} from './reading.ts';
import { type Selection, selectionOf } from './selection.ts';
import { spreadOfFailures } from './spread.ts';

/** A target that answers less than this share of what it is asked does not keep up. */
const keepsUp = 0.95;

type LoadMetric = Metric<LoadState, LoadSection>;

const invalidWindows: LoadMetric = {
  id: 'invalid_windows',
  words: 'share of invalid windows',
  shortWords: 'invalid windows',
  unit: '%',
  missed: 'inconclusive',
  cause: 'evidence',
  read: single(({ facts }) => {
    const all = facts.windows.length;
    return all > 0 ? (100 * facts.judged.invalidWindows) / all : null;
  }),
  doubt: (objective, value) =>
    `the load generator, not the target, was the bottleneck in ${amount(value, '%')} of the windows (${targetAmount(objective)} are allowed)`,
};

const anyPart = ['route', 'method', 'tag', 'tenant', 'excludeFirstS'] as const;
const timesStatistics = /^(p\d|mean$|min$|max$|share above )/;

const errorRate: LoadMetric = {
  id: 'error_rate',
  narrowedBy: [...anyPart, 'windowS'],
  words: 'error rate',
  unit: '%',
  cause: 'errors',
  read: (run, objective) => {
    if (objective.windowS !== undefined) return errorsByPart(run, objective);
    const scope = scopeOf(run, objective);
    if ('value' in scope) return scope;
    const { counts, answered } = scope;
    const common = { of: answered, windows: scope.windows, absent: absence(run) };
    const spread = isOfAll(objective) ? spreadOfFailures(run) : null;
    return {
      ...(spread === null ? {} : { note: spread }),
      ...failureShare({ ...common, failed: counts.failed }),
      certain: failureShare({ ...common, failed: certainFailures(run, scope, 'certain') }),
    };
  },
};

/** A second of the judged time, without what is left out at its beginning. */
function perSecond(count: number, { judged }: RunFacts, { fromMs }: Selection): number | null {
  const leftOutMs = judged.inTime.reduce((sum, one) => sum + (one.startMs < fromMs ? one.durationMs : 0), 0);
  const durationMs = judged.durationMs - leftOutMs;
  return durationMs > 0 ? (1000 * count) / durationMs : null;
}

/** Requests a second that the target was asked for; null: not known. */
function askedRate(facts: RunFacts, objective: Objective): number | null {
  if (isOfAll(objective)) return facts.judged.plannedRatePerSecond;
  const selection = selectionOf(facts, objective);
  const { keys, fromMs } = selection;
  if (keys === null) {
    const windows = facts.judged.inTime.filter(({ startMs }) => startMs >= fromMs);
    const planned = windows.reduce((sum, window) => sum + window.planned, 0);
    return perSecond(planned, facts, selection);
  }
  const counts = noCounts();
  for (const key of keys) addCounts(counts, countsOf(facts, key)?.judged ?? noCounts());
  return perSecond(counts.completed + counts.failed + counts.unsent, facts, { ...selection, fromMs: 0 });
}

const throughput: LoadMetric = {
  id: 'throughput',
  narrowedBy: anyPart,
  words: 'throughput',
  unit: '/s',
  needsGenerator: true,
  cause: 'speed',
  inHeadline: 2,
  // Requests answered as they should, a second; of a part of them over all of its windows.
  read: single(({ facts }, { selection, counts }) => {
    const { durationMs, inTime } = facts.judged;
    if (durationMs <= 0) return null;
    if (selection !== null) return perSecond(counts.completed, facts, selection);
    return (1000 * inTime.reduce((sum, window) => sum + window.completed, 0)) / durationMs;
  }),
  // A target that answered all it was asked has not missed a throughput that it was never asked for.
  judge: (objective, value, _, facts) => {
    const { comparison, target } = objective;
    const subject = `throughput${scope(objective)}`;
    if (holds(value, comparison, target)) return { verdict: 'pass', reason: passed(objective, subject, value) };
    const asked = askedRate(facts, objective) ?? value;
    if (value < asked * keepsUp) {
      return {
        verdict: 'fail',
        reason: `Of ${figure(asked, '/s')} requests a second asked for, ${figure(value, '/s', target)} were answered correctly; ${requirement(objective)} is required.`,
      };
    }
    if (holds(asked, comparison, target)) return { verdict: 'fail', reason: `${against(objective, subject, value)}.` };
    return {
      verdict: 'inconclusive',
      reason: `The target kept up, but was only asked for ${figure(asked, '/s', target)} requests a second, not ${requirement(objective)}.`,
    };
  },
};

const fidelity: LoadMetric = {
  id: 'fidelity',
  words: 'replay fidelity',
  shortWords: 'fidelity',
  unit: 'score',
  missed: 'inconclusive',
  cause: 'coverage',
  read: (run) => {
    const found = run.facts.fidelity;
    return { value: found?.score ?? null, samples: found?.sentRequests ?? 0, absent: whyNoFidelity(run) };
  },
  // Load unlike the recorded one shows nothing, however long.
  doubt: (objective, value) =>
    `the load was not close enough to the recorded one: replay fidelity is ${amount(value, objective.unit, objective.target)} against ${targetAmount(objective)}`,
};

/** Fewer minutes are known less well than windows. */
const minutesAtLeast = 10;

const statusParity: LoadMetric = {
  id: 'status_parity',
  words: 'share of answers with the recorded status',
  shortWords: 'status parity',
  unit: '%',
  needsGenerator: true,
  cause: 'replay',
  read: (run, objective) => {
    const scope = scopeOf(run, objective);
    if ('value' in scope) return scope;
    const { fidelity: found } = run.facts;
    const parity = found?.statusParity ?? null;
    if (parity === null) {
      const why = found === null ? whyNoFidelity(run) : 'the recording holds no statuses to compare with';
      return { value: null, samples: 0, absent: why };
    }
    // Statuses are compared by minute; a run of few minutes shows by its failures how answers of one moment resemble each other.
    const minutes = run.state.fold.otherStatuses.windows;
    return successShare({
      failed: scope.answered - Math.round(parity * scope.answered),
      of: scope.answered,
      windows: minutes.length >= minutesAtLeast ? minutes : scope.windows,
      absent: absence(run),
    });
  },
};

const ofTimes = (objective: Objective) => objective.statistic;

/** What a replay shows, in the order in which causes are named. */
export const metrics: readonly LoadMetric[] = [
  invalidWindows,
  errorRate,
  {
    id: 'availability',
    narrowedBy: anyPart,
    words: 'availability',
    unit: '%',
    cause: 'errors',
    inHeadline: 3,
    read: availability,
  },
  {
    id: 'response_time',
    narrowedBy: [...anyPart, 'windowS', 'comparedWith'],
    statistics: timesStatistics,
    words: 'response time',
    shortWords: ofTimes,
    unit: 'ms',
    needsGenerator: true,
    cause: 'speed',
    inHeadline: 1,
    read: (run, objective) =>
      objective.windowS === undefined ? latency('response')(run, objective) : timesByPart(run, objective),
  },
  {
    id: 'service_time',
    side: 'below',
    narrowedBy: anyPart,
    statistics: timesStatistics,
    words: 'service time',
    shortWords: (objective) => `service ${objective.statistic}`,
    unit: 'ms',
    needsGenerator: true,
    cause: 'speed',
    read: latency('service'),
  },
  throughput,
  {
    id: 'apdex',
    side: 'above',
    narrowedBy: anyPart,
    words: 'Apdex',
    unit: 'score',
    needsGenerator: true,
    cause: 'speed',
    read: single(({ state }, { selection, counts }) =>
      apdex(setOf(state.response, selection).whole, state.apdexThresholdMs, counts),
    ),
  },
  ...answerMetrics,
  ...hidden,
  burnRate,
  burnAlerts,
  slowdown,
  statusParity,
  fidelity,
  {
    id: 'coverage',
    words: 'coverage',
    unit: '%',
    missed: 'inconclusive',
    cause: 'coverage',
    read: single(({ facts, state }) => {
      const plannedMs = facts.started.durationMs;
      // What was lost with a load generator was not measured either.
      const share =
        Math.min(1, facts.judged.coveredMs / plannedMs) * (1 - lostShare(state.fold.lost.list, facts.windows));
      return plannedMs > 0 ? 100 * share : null;
    }),
  },
];
