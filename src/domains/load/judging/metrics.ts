import { holds } from '../../../gate/comparison.ts';
import { against, passed } from '../../../gate/judge.ts';
import type { Metric } from '../../../gate/metric.ts';
import { amount, figure, requirement, targetAmount } from '../../../gate/words.ts';
import type { Objective } from '../../../model/verdict.ts';
import { apdex } from '../../../stats/apdex.ts';
import { slowdown } from '../regression/objective.ts';
import type { LoadSection } from '../section.ts';
import { hidden, spreadOfFailures } from './hidden.ts';
import {
  absence,
  availability,
  certainFailures,
  failureShare,
  failuresOf,
  type LoadState,
  latency,
  scopeOf,
  setOf,
  single,
  successShare,
  whyNoFidelity,
} from './reading.ts';

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

const errorRate: LoadMetric = {
  id: 'error_rate',
  words: 'error rate',
  unit: '%',
  cause: 'errors',
  read: (run, objective) => {
    const scope = scopeOf(run, objective);
    if ('value' in scope) return scope;
    const { counts, answered } = scope;
    const common = { of: answered, windows: failuresOf(run, scope.route), absent: absence(run) };
    const spread = objective.route === undefined ? spreadOfFailures(run) : null;
    return {
      ...(spread === null ? {} : { note: spread }),
      ...failureShare({ ...common, failed: counts.failed }),
      certain: failureShare({ ...common, failed: certainFailures(run, counts, 'certain') }),
    };
  },
};

const throughput: LoadMetric = {
  id: 'throughput',
  words: 'throughput',
  unit: '/s',
  needsGenerator: true,
  cause: 'speed',
  inHeadline: 2,
  // Requests answered as they should, a second; of a route over all of its windows.
  read: single(({ facts }, { route, counts }) => {
    const { durationMs, inTime } = facts.judged;
    if (durationMs <= 0) return null;
    const completed = route === null ? inTime.reduce((sum, window) => sum + window.completed, 0) : counts.completed;
    return (1000 * completed) / durationMs;
  }),
  // A target that answered all it was asked has not missed a throughput that it was never asked for.
  judge: (objective, value, _, { judged }) => {
    const { comparison, target } = objective;
    const subject = 'throughput';
    if (holds(value, comparison, target)) return { verdict: 'pass', reason: passed(objective, subject, value) };
    const asked = judged.plannedRatePerSecond ?? value;
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
      windows: minutes.length >= minutesAtLeast ? minutes : failuresOf(run, scope.route),
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
    words: 'availability',
    unit: '%',
    cause: 'errors',
    inHeadline: 3,
    read: availability,
  },
  {
    id: 'response_time',
    words: 'response time',
    shortWords: ofTimes,
    unit: 'ms',
    needsGenerator: true,
    cause: 'speed',
    inHeadline: 1,
    read: latency('response'),
  },
  {
    id: 'service_time',
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
    words: 'Apdex',
    unit: 'score',
    needsGenerator: true,
    cause: 'speed',
    read: single(({ state }, { route, counts }) =>
      apdex(setOf(state.response, route).whole, state.apdexThresholdMs, counts),
    ),
  },
  ...hidden,
  slowdown,
  statusParity,
  fidelity,
  {
    id: 'coverage',
    words: 'coverage',
    unit: '%',
    missed: 'inconclusive',
    cause: 'coverage',
    read: single(({ facts }) => {
      const plannedMs = facts.started.durationMs;
      return plannedMs > 0 ? Math.min(100, (100 * facts.judged.coveredMs) / plannedMs) : null;
    }),
  },
];
