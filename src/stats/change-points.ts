import { carefulCorrelation, median } from './autocorrelation.ts';
import { type Point, trendOf } from './trend.ts';

export interface Shift {
  /** The first point of the new level. */
  at: Point;
  before: number;
  after: number;
}

/**
 * Past this, a Brownian bridge gets once in some thousand series (Kolmogorov's distribution); what is left over pays for the correlation
 * having to be estimated and for the moment being searched.
 */
const threshold = 2;
/** For parts, which are tried where the whole shows nothing: more searching asks for more. */
const partThreshold = 3;
/** Log-likelihood by which a step must beat a line. */
const clearly = 6;
const shiftsAtMost = 10;
/** Fewer do not distinguish a step from a series that wanders. */
const pointsAtLeast = 40;
const partAtLeast = 40;
const partShares = [2 / 3, 1 / 2, 1 / 3, 1 / 4];
const segmentAtLeast = 6;

/**
 * Moments at which the level of a series changed for good: binary segmentation by the CUSUM statistic over its long-run standard deviation
 * (as in Aue and Horváth, Journal of Time Series Analysis 34, 2013), so that a series whose neighbours resemble each other has no more false
 * ones. A series that a line fits as well as a step has a trend, not a change point.
 * @param points in order of x, at most some 500
 */
export function changePoints(points: readonly Point[]): Shift[] {
  const found: number[] = [];
  const search = (from: number, to: number): void => {
    const segment = points.slice(from, to);
    const at = found.length >= shiftsAtMost ? null : (stepIn(segment) ?? stepInParts(segment));
    if (at === null) return;
    found.push(from + at);
    search(from, from + at);
    search(from + at, to);
  };
  search(0, points.length);
  found.sort((a, b) => a - b);
  return found.flatMap((index, i) => {
    const at = points[index];
    if (at === undefined) return [];
    const before = levelOf(points.slice(found[i - 1] ?? 0, index));
    return [{ at, before, after: levelOf(points.slice(index, found[i + 1] ?? points.length)) }];
  });
}

/**
 * A level that comes and goes again shows in a part of the segment only, so parts of two thirds, a half, a third and a quarter are tried too, each
 * half over the one before (seeded intervals: Kovács, Bühlmann, Li and Munk, Biometrika 110, 2023); the longest in which there is a step decides.
 */
function stepInParts(points: readonly Point[]): number | null {
  for (const share of partShares) {
    const length = Math.floor(points.length * share);
    if (length < partAtLeast) return null;
    const apart = Math.max(1, Math.ceil((points.length - length) / Math.ceil((2 * (points.length - length)) / length)));
    for (let from = 0; from + length <= points.length; from += apart) {
      const at = stepIn(points.slice(from, from + length), partThreshold);
      if (at !== null) return from + at;
    }
  }
  return null;
}

function levelOf(points: readonly Point[]): number {
  return median(points.map(({ y }) => y));
}

/** Index of the first point after the step of a segment; null when there is none beyond doubt. */
function stepIn(points: readonly Point[], past = threshold): number | null {
  const n = points.length;
  if (n < pointsAtLeast) return null;
  const values = winsorized(points.map(({ y }) => y));
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let sum = 0;
  let best = { at: 0, height: 0 };
  values.forEach((value, i) => {
    sum += value - mean;
    const fits = i + 1 >= segmentAtLeast && n - i - 1 >= segmentAtLeast;
    if (fits && Math.abs(sum) > best.height) best = { at: i + 1, height: Math.abs(sum) };
  });
  if (best.height === 0) return null;
  const residuals = [...around(values.slice(0, best.at)), ...around(values.slice(best.at))];
  const correlation = carefulCorrelation(residuals, 2);
  const deviation = Math.sqrt(residuals.reduce((total, value) => total + value * value, 0) / (n - 2));
  const longRun = deviation * Math.sqrt((1 + correlation) / (1 - correlation));
  if (best.height <= past * longRun * Math.sqrt(n)) return null;
  const independent = (n * (1 - correlation)) / (1 + correlation);
  return steeperThanLine(points, best.at, independent) ? best.at : null;
}

function around(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
  return values.map((value) => value - mean);
}

/** Single spikes are no levels: a value counts at most as much as the 5th and 95th percentile. */
function winsorized(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length * 0.05)] ?? 0;
  const high = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
  return values.map((value) => Math.min(Math.max(value, low), high));
}

/**
 * Whether two levels explain the series clearly better than one line does: by the logarithm of what each leaves over, as a likelihood ratio, for as
 * many points as are worth independent ones. A fixed ratio would lose evident steps in noise, where both leave much.
 */
function steeperThanLine(points: readonly Point[], at: number, independent: number): boolean {
  const line = trendOf(points);
  const [first, last] = [points[0], points.at(-1)];
  if (line === null || first === undefined || last === undefined) return true;
  const [before, after] = [levelOf(points.slice(0, at)), levelOf(points.slice(at))];
  let offLine = 0;
  let offStep = 0;
  points.forEach(({ x, y }, i) => {
    offLine += Math.abs(y - (line.start + line.slope * (x - first.x)));
    offStep += Math.abs(y - (i < at ? before : after));
  });
  return independent * Math.log(offLine / offStep) > clearly;
}
