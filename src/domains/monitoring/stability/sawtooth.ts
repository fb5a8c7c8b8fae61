import type { Point } from '../../../stats/trend.ts';

/** A rise and fall that garbage collection brings about is shorter. */
const toothAtLeastHours = 1 / 6;
const teethAtLeast = 2;
/** A fall of at least this share of the whole height, within two points, ends a tooth. */
const fallAtLeast = 0.5;
/** The top lies so many times as high as the floor. */
const heightAtLeast = 1.5;

export interface Sawtooth {
  falls: number;
  low: number;
  high: number;
  everyHours: number;
}

/**
 * Whether a series climbs and falls back, again and again: a leak that something resets, or a store that is emptied. Its trend over the whole
 * run shows nothing of it. Null: it does not.
 * @param points in order; x in hours
 */
export function sawtoothOf(points: readonly Point[]): Sawtooth | null {
  const sorted = points.map(({ y }) => y).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const [low, high] = [at(0.02), at(0.98)];
  if (sorted.length < 12 || low < 0 || high < heightAtLeast * low || high <= low) return null;
  const least = fallAtLeast * (high - low);
  const falls: number[] = [];
  for (let i = 1; i < points.length; i++) {
    const before = Math.max(points[i - 1]?.y ?? 0, points[i - 2]?.y ?? 0);
    if (before - (points[i]?.y ?? 0) < least) continue;
    // One fall may lie on two steps.
    if (falls.at(-1) !== i - 1) falls.push(i);
  }
  const [first, last] = [falls[0], falls.at(-1)];
  if (first === undefined || last === undefined || falls.length < teethAtLeast) return null;
  const everyHours = ((points[last]?.x ?? 0) - (points[first]?.x ?? 0)) / (falls.length - 1);
  if (everyHours < toothAtLeastHours) return null;
  const climbs = falls.slice(1).every((fall, i) => {
    const tooth = points.slice(falls[i], fall).map(({ y }) => y);
    return Math.max(...tooth.slice(-2)) - Math.min(...tooth.slice(0, 2)) >= least && climbsSlowly(tooth);
  });
  return climbs ? { falls: falls.length, low, high, everyHours } : null;
}

/** Not from one point to the next, as where load comes and goes. */
function climbsSlowly(tooth: readonly number[]): boolean {
  const whole = (tooth.at(-1) ?? 0) - (tooth[0] ?? 0);
  return tooth.length >= 4 && tooth.every((y, i) => i === 0 || y - (tooth[i - 1] ?? y) < 0.7 * whole);
}
