import type { Measurement } from '../../../gate/measurement.ts';
import type { Metric } from '../../../gate/metric.ts';
import { amount, duration, figure, grouped } from '../../../gate/words.ts';
import type { WindowResult } from '../../../model/results.ts';
import { percentileInterval, proportionInterval } from '../../../stats/intervals.ts';
import { inMs } from '../../../stats/rounding.ts';
import { figureOf } from '../../../stats/statistic.ts';
import type { LoadSection } from '../section.ts';
import { windowLength } from './judged.ts';
import { leftToOwn, noneLeft } from './own-targets.ts';
import { absence, failureShare, type LoadState, routeName } from './reading.ts';
import { certainShare, failuresByPart, minuteGrid, worstOf } from './worst-part.ts';

type LoadMetric = Metric<LoadState, LoadSection>;

/** What is the worst of many must be beyond doubt for all of them together. */
const confidence = 0.95;
/** Fewer requests of a route, or in a minute, are no figure of their own. */
const requestsAtLeast = 10;
const slowUs = 5_000_000;
const minuteMs = 60_000;
const shareReached = 0.95;

const of = (many: number) => 1 - (1 - confidence) / Math.max(many, 1);

/** Shares that certainly fail: the lower end of the interval, for one of many. */
const surely = (failed: number, answered: number, many: number) =>
  100 * (proportionInterval(failed, answered, of(many))?.low ?? 0);

/** The route that fails most, by what is beyond doubt: one that is seldom asked for is lost in the error rate over all. */
const routeErrors: LoadMetric = {
  id: 'route_errors',
  words: 'error rate of the worst route',
  shortWords: 'worst route’s errors',
  unit: '%',
  cause: 'errors',
  isCount: true,
  needsGenerator: true,
  read: (run, { target }) => {
    const own = run.state.ownTargets.failures;
    const routes = run.facts.routes.flatMap(({ judged: { completed, failed } }, index) =>
      completed + failed >= requestsAtLeast && !own.has(index) ? [{ index, failed, answered: completed + failed }] : [],
    );
    const samples = routes.reduce((sum, { answered }) => sum + answered, 0);
    if (routes.length === 0) return noneLeft(run, own);
    const name = ({ index, failed, answered }: (typeof routes)[number]) =>
      `${routeName(run.facts, index)} failed ${grouped(failed)} of ${grouped(answered)} requests`;
    const judged = routes
      .map((route) => ({ route, low: surely(route.failed, route.answered, routes.length) }))
      .sort((a, b) => b.low - a.low);
    const [worst] = judged;
    const over = judged.filter(({ low }) => low > target);
    const unclear = routes.filter(({ failed, answered }) => surely(failed, answered, 1) > target);
    const found: Measurement = { value: Number((worst?.low ?? 0).toPrecision(3)), samples, ...leftToOwn(run, own) };
    const more = over.length > 1 ? `, and ${grouped(over.length - 1)} more routes do so too` : '';
    if (worst !== undefined && over.length > 0)
      return {
        ...found,
        reason: `${name(worst.route)}${more}; of no route may more than ${amount(target, '%')} fail.`,
      };
    const [first] = unclear;
    return first === undefined
      ? found
      : { ...found, open: `${name(first)}; among ${grouped(routes.length)} routes that could be chance.` };
  },
};

/** The slowest route by what is beyond doubt of its p95, in multiples of the target over all. */
const routeTimes: LoadMetric = {
  id: 'route_times',
  words: 'p95 of the slowest route ÷ its target',
  shortWords: 'slowest route',
  unit: 'score',
  cause: 'speed',
  isCount: true,
  needsGenerator: true,
  read: (run, { target }) => {
    const { p95TargetMs, response } = run.state;
    const own = run.state.ownTargets.times;
    const routes = [...response.routes].filter(
      ([index, { whole }]) => whole.count >= requestsAtLeast && !own.has(index),
    );
    if (routes.length === 0) return noneLeft(run, own);
    const judged = routes
      .map(([index, { whole }]) => {
        const ms = (many: number) => (percentileInterval(whole, 95, of(many))?.low ?? 0) / 1000;
        return { index, whole, low: ms(routes.length) / p95TargetMs, alone: ms(1) / p95TargetMs };
      })
      .sort((a, b) => b.low - a.low);
    const [worst] = judged;
    const samples = routes.reduce((sum, [, { whole }]) => sum + whole.count, 0);
    const found: Measurement = { value: Number((worst?.low ?? 0).toPrecision(3)), samples, ...leftToOwn(run, own) };
    const name = ({ index, whole }: (typeof judged)[number]) =>
      `p95 response time of ${routeName(run.facts, index)} is ${amount(inMs(whole.percentile(95)) ?? 0, 'ms')}`;
    const over = judged.filter(({ low }) => low > target);
    const limit = amount(target * p95TargetMs, 'ms');
    const more = over.length > 1 ? `, and ${grouped(over.length - 1)} more routes are as slow` : '';
    if (worst !== undefined && over.length > 0)
      return { ...found, reason: `${name(worst)}${more}; no route’s may be above ${limit}.` };
    const unclear = judged.find(({ alone }) => alone > target);
    return unclear === undefined
      ? found
      : { ...found, open: `${name(unclear)}; among ${grouped(routes.length)} routes that could be chance.` };
  },
};

/** Answers that nobody waits for, however few. */
const slowAnswers: LoadMetric = {
  id: 'slow_answers',
  words: 'share of answers after more than 5 s',
  shortWords: 'past 5 s',
  unit: '%',
  cause: 'speed',
  needsGenerator: true,
  read: (run) => {
    const { whole, batches } = run.state.response.all;
    const windows = batches.map((batch) => ({ failed: batch.countAbove(slowUs), of: batch.count }));
    return failureShare({ failed: whole.countAbove(slowUs), of: whole.count, windows, absent: absence(run) });
  },
};

interface Minute {
  lengthMs: number;
  planned: number;
  completed: number;
}

function minutesOf(windows: readonly WindowResult[]): Minute[] {
  const minutes = new Map<number, Minute>();
  for (const { startMs, durationMs, planned, completed } of windows) {
    const index = Math.floor(startMs / minuteMs);
    const minute = minutes.get(index) ?? { lengthMs: 0, planned: 0, completed: 0 };
    minutes.set(index, minute);
    minute.lengthMs += durationMs;
    minute.planned += planned;
    minute.completed += completed;
  }
  return [...minutes.values()];
}

/** The minute that fails most, by what is beyond doubt: a day is so long that a minute of errors is lost in it. */
const worstMinuteErrors: LoadMetric = {
  id: 'worst_minute_errors',
  words: 'error rate of the worst minute',
  shortWords: 'worst minute’s errors',
  unit: '%',
  cause: 'errors',
  isCount: true,
  needsGenerator: true,
  read: (run, { target }) => {
    const windows = run.facts.judged.windows.map(({ startMs, durationMs, completed, failed }) => ({
      ...{ startMs, endMs: startMs + durationMs, failed, of: completed + failed },
    }));
    const grid = minuteGrid(
      windowLength(run.facts),
      windows.reduce((last, { endMs }) => Math.max(last, endMs), 0),
    );
    const minutes = [...failuresByPart(grid, windows)].flatMap(([startMs, counted]) =>
      counted.of < requestsAtLeast
        ? []
        : [{ ...counted, startMs, value: counted.failed / counted.of, low: (at: number) => certainShare(counted, at) }],
    );
    const worst = worstOf(minutes, confidence);
    if (worst === null) return { value: null, samples: 0, absent: absence(run) };
    const { startMs, failed, of } = worst.part;
    const low = 100 * worst.low;
    const samples = run.facts.judged.counts.completed + run.facts.judged.counts.failed;
    return {
      value: Number(low.toPrecision(3)),
      samples,
      ...(low > target
        ? {
            reason: `In the ${duration(grid.lengthMs)} from ${moment(startMs)} on ${grouped(failed)} of ${grouped(of)} requests failed; in no minute may more than ${amount(target, '%')} fail.`,
          }
        : {}),
    };
  },
};

/** The slowest minute, in multiples of the target over all. */
const worstMinuteTimes: LoadMetric = {
  id: 'worst_minute_times',
  words: 'p95 of the slowest minute ÷ its target',
  shortWords: 'slowest minute',
  unit: 'score',
  cause: 'speed',
  isCount: true,
  needsGenerator: true,
  read: (run, { target }) => {
    const { p95TargetMs, response } = run.state;
    const worst = response.worstMinute;
    if (worst === null) return { value: null, samples: 0, absent: absence(run) };
    const times = (ms: number) => Number((ms / p95TargetMs).toPrecision(3));
    const value = times(worst.lowMs);
    return {
      value,
      samples: response.all.whole.count,
      ...(times(worst.aloneMs) > target
        ? { open: 'There is a minute whose p95 response time is above that; among all minutes that could be chance.' }
        : {}),
      ...(value > target
        ? {
            reason: `In the minute from ${moment(worst.startMs)} on p95 response time was ${amount(worst.p95Ms, 'ms')}; no minute’s may be above ${amount(target * p95TargetMs, 'ms')}.`,
          }
        : { note: `That minute’s p95 was ${amount(worst.p95Ms, 'ms')}, from ${moment(worst.startMs)} on.` }),
    };
  },
};

/** A mean can be reached in a tenth of the time. */
const steadyThroughput: LoadMetric = {
  id: 'steady_throughput',
  words: 'share of minutes that reach the throughput',
  shortWords: 'minutes at full throughput',
  unit: '%',
  cause: 'speed',
  isCount: true,
  needsGenerator: true,
  read: (run, { target }) => {
    const perSecond = run.state.throughputTarget;
    const minutes = minutesOf(run.facts.judged.inTime).filter(({ lengthMs }) => lengthMs > 0);
    if (minutes.length === 0) return { value: null, samples: 0, absent: absence(run) };
    const rate = (count: number, { lengthMs }: Minute) => (1000 * count) / lengthMs;
    const asked = minutes.filter((minute) => rate(minute.planned, minute) >= perSecond);
    const reached = asked.filter((minute) => rate(minute.completed, minute) >= perSecond);
    const behind = asked.filter((minute) => minute.completed < shareReached * minute.planned);
    const value = (100 * reached.length) / minutes.length;
    const samples = run.facts.judged.counts.completed;
    const of = (list: readonly Minute[]) => `${grouped(list.length)} of ${grouped(minutes.length)} minutes`;
    if (value >= target) return { value, samples };
    // Where it was never asked for so much, nothing is known.
    if (behind.length === 0 || 100 * (1 - behind.length / minutes.length) >= target)
      return {
        value: 100 * (1 - behind.length / minutes.length),
        samples,
        open: `${figure(perSecond, '/s')} requests a second were reached in ${of(reached)}, and asked for in ${of(asked)}: what the target does when it is always asked for them is not shown.`,
      };
    return {
      value,
      samples,
      reason: `${figure(perSecond, '/s')} requests a second were asked for in ${of(asked)}, and reached in ${of(reached)}.`,
    };
  },
};

/** Service time in windows that count for nothing else, because the generator was late: its lateness is no part of it. */
const invalidServiceTime: LoadMetric = {
  id: 'invalid_service_time',
  statistics: /^(p\d|mean$|min$|max$)/,
  words: 'service time in invalid windows',
  shortWords: 'service in invalid windows',
  unit: 'ms',
  // A machine that is too busy to send is slow to read too: it is no proof against the target, and none for it.
  missed: 'inconclusive',
  cause: 'speed',
  isCount: true,
  doubt: ({ statistic, target }, value) =>
    `in the windows in which the generator was late the ${statistic} service time was ${amount(value, 'ms')} against ${amount(target, 'ms')}, and nothing else is known of them`,
  read: (run, objective) => {
    const { invalid } = run.state.service;
    if (run.facts.judged.invalidWindows === 0) return { value: 0, samples: 0, note: 'No window was invalid.' };
    if (invalid.count === 0) return { value: null, samples: 0, absent: 'nothing was answered in invalid windows' };
    return { value: figureOf(invalid, objective.statistic), samples: invalid.count };
  },
};

function moment(ms: number): string {
  return ms === 0 ? 'the start' : duration(ms);
}

/** What averages over the whole run hide. */
export const hidden: readonly LoadMetric[] = [
  routeErrors,
  worstMinuteErrors,
  routeTimes,
  worstMinuteTimes,
  slowAnswers,
  steadyThroughput,
  invalidServiceTime,
];
