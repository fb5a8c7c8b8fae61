import { type Point, trendOf } from '../../../stats/trend.ts';
import { rule } from './rule.ts';

/** A rise and fall that garbage collection brings about is shorter. */
const toothAtLeastHours = 1 / 6;
/** A fall of at least this share of the whole height, within two points, ends a tooth. */
const fallAtLeast = 0.5;
/** The top lies so many times as high as the floor. */
const heightAtLeast = 1.5;

export interface Sawtooth {
  falls: number;
  low: number;
  high: number;
  /** Between two falls; of a single one, how long it climbed before. */
  everyHours: number;
}

/**
 * Whether a series climbs and falls back, again and again, or once and so late that nobody has seen for as long that it stays down: a leak that
 * something resets, or a store that is emptied. Its trend over the whole run shows nothing of it. Null: it does not.
 * @param points in order; x in hours
 */
export function sawtoothOf(points: readonly Point[]): Sawtooth | null {
  const sorted = points.map(({ y }) => y).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const [low, high] = [at(0.02), at(0.98)];
  if (sorted.length < 12 || low < 0 || high < heightAtLeast * low || high <= low) return null;
  const least = fallAtLeast * (high - low);
  const falls: number[] = [];
  let lastStep = Number.NEGATIVE_INFINITY;
  for (let i = 1; i < points.length; i++) {
    const before = Math.max(points[i - 1]?.y ?? 0, points[i - 2]?.y ?? 0);
    if (before - (points[i]?.y ?? 0) < least) continue;
    // One fall may lie on two steps, and the point between them is seen from both.
    if (i - lastStep > 1) falls.push(i);
    lastStep = i;
  }
  const [first, last] = [falls[0], falls.at(-1)];
  if (first === undefined || last === undefined) return null;
  if (first === last) return singleTooth(points, first, { low, high });
  const everyHours = ((points[last]?.x ?? 0) - (points[first]?.x ?? 0)) / (falls.length - 1);
  if (everyHours < toothAtLeastHours) return null;
  const climbs = falls.slice(1).every((fall, i) => isTooth(points.slice(falls[i], fall), least));
  return climbs ? { falls: falls.length, low, high, everyHours } : null;
}

function singleTooth(points: readonly Point[], fall: number, { low, high }: Pick<Sawtooth, 'low' | 'high'>) {
  const [before, after] = [points.slice(0, fall), points.slice(fall)];
  const everyHours = lengthHours(before);
  if (everyHours < toothAtLeastHours || !isTooth(before, fallAtLeast * (high - low))) return null;
  const staysDown = lengthHours(after) >= everyHours && !climbsAgain(after);
  return staysDown ? null : { falls: 1, low, high, everyHours };
}

function lengthHours(points: readonly Point[]): number {
  return (points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0);
}

function climbsAgain(points: readonly Point[]): boolean {
  const trend = trendOf(points);
  return trend !== null && trend.slope > 0 && trend.pValue < rule.pValueBelow;
}

/** @param least height */
function isTooth(points: readonly Point[], least: number): boolean {
  const tooth = points.map(({ y }) => y);
  return Math.max(...tooth.slice(-2)) - Math.min(...tooth.slice(0, 2)) >= least && climbsSlowly(tooth);
}

/** Not from one point to the next, as where load comes and goes. */
function climbsSlowly(tooth: readonly number[]): boolean {
  const whole = (tooth.at(-1) ?? 0) - (tooth[0] ?? 0);
  return tooth.length >= 4 && tooth.every((y, i) => i === 0 || y - (tooth[i - 1] ?? y) < 0.7 * whole);
}
