import type { Interval } from '../model/verdict.ts';
import { studentQuantile } from './beta.ts';
import { crossing } from './compare/crossing.ts';
import { judgement } from './compare/judgement.ts';
import { type LatencyHistogram, lowestEquivalent } from './histogram.ts';
import { percentileInterval, proportionInterval } from './intervals.ts';
import type { WindowLatencies } from './packed-histogram.ts';

/** Requests of a window, and how many of them failed (or were too slow, or answered otherwise). */
export interface Counted {
  failed: number;
  of: number;
}

/** Windows that are told apart at the most; more are joined to consecutive batches, whose number only costs time. */
export const windowsAtMost = 200;
/** Fewer say nothing of how they scatter. */
const windowsAtLeast = 3;

/**
 * Half of the width of the interval of the mean of a series whose neighbours resemble each other in an unknown way: by the test that compares runs
 * (src/stats/compare/judgement.ts), which allows for not knowing the kind of noise. A little more where windows are few, for its approximations
 * and for what is not normal. Infinity with fewer than three windows.
 */
function halfWidth(series: Float64Array, confidence: number): number {
  const windows = series.length;
  if (windows < windowsAtLeast) return Number.POSITIVE_INFINITY;
  const [first] = series;
  if (series.every((value) => value === first)) return 0;
  const { above, below, reach } = judgement([series], windows, 'paired');
  const tail = (1 - confidence) / 2;
  const low = crossing(above, tail, reach, 1e-3);
  const high = crossing((level) => -below(level), -tail, reach, 1e-3);
  return ((high - low) / 2) * (1.05 + 5 / windows);
}

/**
 * How many independent requests the windows are worth where a share of failures is asked for: as many as would give the share an interval of the
 * same width (design effect: Kish, "Survey Sampling", 1965; as Korn and Graubard put it into the exact interval, Survey Methodology 24, 1998).
 * Not more than there were, and 0 with fewer than three windows. Where nothing failed, nothing is known of clusters, and each request counts.
 */
export function effectiveSize(windows: readonly Counted[], confidence: number): number {
  let [failed, all] = [0, 0];
  for (const one of windows) {
    failed += one.failed;
    all += one.of;
  }
  const share = failed / all;
  if (!(share > 0 && share < 1)) return all;
  const used = windows.filter(({ of }) => of > 0);
  // Residuals of the ratio: windows with more requests weigh more.
  const series = Float64Array.from(used, (one) => ((one.failed - share * one.of) * used.length) / all);
  const half = halfWidth(series, confidence);
  const z = studentQuantile(confidence, Number.POSITIVE_INFINITY);
  return Math.min(all, (z * z * share * (1 - share)) / (half * half));
}

/**
 * Interval of a share of failures, 0 … 1, from windows whose failures come together and which resemble their neighbours: Clopper and Pearson's with the
 * effective size in place of the count. Null without requests.
 * @param windows in order of time
 * @param share of all requests, where it is not quite that of the windows
 */
export function clusteredProportionInterval(
  windows: readonly Counted[],
  confidence = 0.95,
  share = shareOf(windows),
): Interval | null {
  const all = windows.reduce((sum, { of }) => sum + of, 0);
  if (all <= 0) return null;
  // Of what never happened nothing is known.
  const size = share > 0 && share < 1 ? effectiveSize(batched(windows, joinCounted), confidence) : all;
  if (!(size > 0)) return { low: 0, high: 1, confidence };
  return proportionInterval(share * size, size, confidence);
}

function shareOf(windows: readonly Counted[]): number {
  const { failed, of } = windows.reduce(joinCounted, { failed: 0, of: 0 });
  return of > 0 ? failed / of : 0;
}

function joinCounted(a: Counted, b: Counted): Counted {
  return { failed: a.failed + b.failed, of: a.of + b.of };
}

/** At most `windowsAtMost`, each of as many consecutive ones. */
function batched<T>(windows: readonly T[], join: (a: T, b: T) => T): T[] {
  const each = Math.ceil(windows.length / windowsAtMost);
  if (each <= 1) return [...windows];
  const found: T[] = [];
  for (let from = 0; from < windows.length; from += each) found.push(windows.slice(from, from + each).reduce(join));
  return found;
}

/**
 * Interval of the percentile of a run, µs, that holds although requests of one moment resemble each other (a garbage collection, a cold cache, a
 * neighbour), so that a million can carry the knowledge of a few dozen. It needs no least number of requests.
 *
 * The requests slower than the percentile found are counted by window, and the interval of their share is turned back into times (Woodruff, JASA 47, 1952;
 * for clusters Francisco and Fuller, Annals of Statistics 19, 1991). Where levels wander far, that share is very skewed; so the hull is
 * taken with the percentile ± the interval of the windows' own percentiles, in logarithms, and with the interval for independent requests.
 * Coverages: `npm run bench:judge`. With fewer than three windows nothing is known: 0 to Infinity.
 * @param windows in order of time; together they are `whole`
 * @returns null when empty; `high` is Infinity where neither a request nor ten batches of windows bound it
 */
export function clusteredPercentileInterval(
  whole: LatencyHistogram,
  windows: readonly WindowLatencies[],
  p: number,
  confidence = 0.95,
): Interval | null {
  const independent = percentileInterval(whole, p, confidence);
  const centre = whole.percentile(p);
  if (independent === null || centre === null) return null;
  const used = windows.filter(({ count }) => count > 0);
  if (used.length < windowsAtLeast) return { low: 0, high: Number.POSITIVE_INFINITY, confidence };
  const slower = 1 - p / 100;
  const n = whole.count;
  // Where many requests took as long as the percentile there may be few slower ones: those that took as long are counted with them then.
  const from = whole.countAbove(centre) >= (slower * n) / 2 ? centre : lowestEquivalent(centre) - 1;
  const size = effectiveSize(
    used.map((window) => ({ failed: window.countAbove(from), of: window.count })),
    confidence,
  );
  const shares = proportionInterval(slower * size, size, confidence) ?? { low: 0, high: 1 };
  const [lowRank, highRank] = [Math.floor(n * (1 - shares.high)), Math.ceil(n * (1 - shares.low)) + 1];
  const half = halfWidth(
    Float64Array.from(used, (window) => Math.log(Math.max(window.percentile(p) ?? 1, 1))),
    confidence,
  );
  const low = lowRank < 1 ? 0 : (whole.valueAtRank(lowRank) ?? 0);
  const high = highRank > n ? Number.POSITIVE_INFINITY : (whole.valueAtRank(highRank) ?? 0);
  const bound = Math.max(independent.high, high, centre * Math.exp(half));
  return {
    low: Math.min(independent.low, low, centre * Math.exp(-half)),
    high: Number.isFinite(bound) ? bound : Math.max(centre, boundByWindows(used, slower, confidence)),
    confidence,
  };
}

/** So many batches show how far their levels reach, and so many requests of each its own percentile, as multiples of what is slower than it. */
const batchesAtLeast = 10;
const slowerOfABatch = 2;
/** Past ten minutes a bound says nothing any more. */
const boundAtMostUs = 600_000_000;

/**
 * Upper bound of a percentile, µs, where so few windows are so different that no request bounds it, though none comes near what it is held against (153 ms against
 * 5,000 ms). Half of what may be slower is allowed within a batch of windows: each batch's percentile at that. The other half is allowed in batches
 * that are slow as a whole: so far out lies a tolerance limit of the batches' logarithms, with an exponential tail, for levels that now and then
 * wander far, and with the uncertainty of their mean in their spread too. It holds for levels like those seen; of what happens less often than ten
 * moments can show, nobody knows. Wrong passes at φ 0, 0.5 and 0.9: test/stats/clustered.test.ts.
 * @param slower share that may be slower, 0 … 1
 * @returns Infinity where batches are fewer than ten
 */
function boundByWindows(windows: readonly WindowLatencies[], slower: number, confidence: number): number {
  const levels: number[] = [];
  let [requests, slowest] = [0, 0];
  const p = 100 * (1 - slower / 2);
  for (const window of windows) {
    requests += window.count;
    slowest = Math.max(slowest, window.percentile(p) ?? 0);
    if (requests * slower < slowerOfABatch) continue;
    levels.push(Math.log(Math.max(slowest, 1)));
    [requests, slowest] = [0, 0];
  }
  if (levels.length < batchesAtLeast) return Number.POSITIVE_INFINITY;
  const mean = levels.reduce((all, level) => all + level, 0) / levels.length;
  const variance = levels.reduce((all, level) => all + (level - mean) ** 2, 0) / (levels.length - 1);
  const half = halfWidth(Float64Array.from(levels), confidence);
  const bound = Math.exp(mean + half + Math.log(2 / slower) * Math.hypot(Math.sqrt(variance), half));
  return bound < boundAtMostUs ? bound : Number.POSITIVE_INFINITY;
}

/**
 * What a run must show to have missed a target of a percentile, µs. Where the windows alone cannot show that it would miss it at other moments too, this run
 * missed it all the same if at least twice as many of its requests were too slow as the percentile allows (in odds): one standstill is no
 * trend, but neither is it healthy. Parameters as `clusteredPercentileInterval`.
 */
export function missedPercentileInterval(
  whole: LatencyHistogram,
  windows: readonly WindowLatencies[],
  p: number,
  confidence = 0.95,
): Interval | null {
  const found = clusteredPercentileInterval(whole, windows, p, confidence);
  if (found === null) return null;
  const slower = 1 - p / 100;
  const more = percentileInterval(whole, 100 * (1 - (2 * slower) / (1 + slower)), confidence);
  const fewer = percentileInterval(whole, 100 * (1 - slower / (2 - slower)), confidence);
  return {
    low: Math.max(found.low, more?.low ?? 0),
    high: Math.min(found.high, Math.max(fewer?.high ?? Number.POSITIVE_INFINITY, more?.low ?? 0)),
    confidence,
  };
}

/** So many times the failures allowed are no chance of one bad moment any more. */
export const timesAsMany = 5;

/**
 * The same for a share of failures, 0 … 1: missed where the windows show it, or where this run had at least five times as many failures as the target
 * allows, whenever they were. Parameters as `clusteredProportionInterval`.
 */
export function missedProportionInterval(
  windows: readonly Counted[],
  confidence = 0.95,
  share = shareOf(windows),
): Interval | null {
  const found = clusteredProportionInterval(windows, confidence, share);
  if (found === null) return null;
  const all = windows.reduce((sum, { of }) => sum + of, 0);
  const independent = proportionInterval(share * all, all, confidence);
  return { ...found, low: Math.max(found.low, (independent?.low ?? 0) / timesAsMany) };
}
