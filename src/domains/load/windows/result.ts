import type { LatencyFigures, RouteWindow, WindowResult } from '../../../model/results.ts';
import { LatencyHistogram } from '../../../stats/histogram.ts';
import type { Tally, Window } from './window.ts';

export interface Honesty {
  /** A window is invalid where the p99 of the generator's lateness is above this. */
  maxGeneratorLatenessMs: number;
}

/** Share of starved requests past which a window is invalid, and of unsent ones while the target was answering. */
const starvedShareAtMost = 0.01;
/** A target that takes this long for its slowest percent holds virtual users longer than the plan could know. */
const holdingMs = 2000;

export interface ClosedWindow {
  result: WindowResult;
  routes: RouteWindow[];
  /** The same of groups; `route` is the index of the group. */
  groups: RouteWindow[];
  response: LatencyHistogram;
  service: LatencyHistogram;
}

/** Figures of a histogram in milliseconds. */
function latencyFigures(histogram: LatencyHistogram): LatencyFigures {
  const ms = (us: number | null) => (us === null ? null : us / 1000);
  return {
    p50: ms(histogram.percentile(50)),
    p90: ms(histogram.percentile(90)),
    p95: ms(histogram.percentile(95)),
    p99: ms(histogram.percentile(99)),
    p999: ms(histogram.percentile(99.9)),
    max: ms(histogram.max),
    mean: ms(histogram.mean),
  };
}

/** Sums a window up over its routes and says whether the generator was at fault in it. */
export function closeWindow(window: Window, windowMs: number, cpuCores: number | null, honesty: Honesty): ClosedWindow {
  const response = new LatencyHistogram();
  const service = new LatencyHistogram();
  const routes: RouteWindow[] = [];
  let bytes = 0;
  let completed = 0;
  let failed = 0;
  window.routes.forEach((tally, route) => {
    if (tally === undefined) return;
    response.add(tally.response);
    service.add(tally.service);
    bytes += tally.bytes;
    completed += tally.completed;
    failed += tally.failed;
    routes.push(counted(tally, route));
  });
  const groups = window.groups.flatMap((tally, group) => (tally === undefined ? [] : [counted(tally, group)]));
  const generatorLatenessP99Ms = (window.generatorLateness.percentile(99) ?? 0) / 1000;
  const targetWaitP99Ms = (window.targetWait.percentile(99) ?? 0) / 1000;
  const result: WindowResult = {
    index: window.index,
    startMs: window.index * windowMs,
    durationMs: windowMs,
    planned: window.planned,
    completed,
    failed,
    ...(failed === 0
      ? {}
      : { failures: { seenMs: window.firstFailureSeenUs / 1000, lastMs: window.lastFailureUs / 1000 } }),
    unsent: window.unsent + window.notLoggedIn,
    bytes,
    response: latencyFigures(response),
    service: latencyFigures(service),
    generatorLatenessP99Ms,
    targetWaitP99Ms,
    starved: window.starved,
    stallMs: window.stallUs / 1000,
    generatorCpuCores: cpuCores,
    invalid: null,
    // What a part of the users is not there for shows nothing of what all of them would have met.
    ...(window.notLoggedIn === 0 ? {} : { excluded: 'sessions could not log in' }),
    ...(window.lost && window.unsent > 0 ? { lost: window.unsent } : {}),
  };
  result.invalid = invalidReason(result, honesty);
  return { result, routes, groups, response, service };
}

function counted({ planned, completed, failed, bytes }: Tally, route: number): RouteWindow {
  return { route, completed, failed, unsent: Math.max(0, planned - completed - failed), bytes };
}

/**
 * Why a window does not count; null when it does. A generator that is late, or has no virtual user free, distorts what it measures.
 * Virtual users that a slow target holds are no fault of the generator: such a window counts, as does what it could not send.
 */
function invalidReason(window: WindowResult, honesty: Honesty): string | null {
  const { lost = 0 } = window;
  if (lost > window.planned * starvedShareAtMost) {
    return `${lost} of ${window.planned} requests were lost with a load generator that died`;
  }
  if (window.generatorLatenessP99Ms > honesty.maxGeneratorLatenessMs) {
    const late = window.generatorLatenessP99Ms.toFixed(0);
    return `the generator was ${late} ms late (p99), more than ${honesty.maxGeneratorLatenessMs} ms`;
  }
  const slowest = Math.max(window.service.p99 ?? 0, window.targetWaitP99Ms);
  if (slowest < holdingMs && window.starved > window.planned * starvedShareAtMost) {
    return `${window.starved} of ${window.planned} requests found no free virtual user`;
  }
  return null;
}
