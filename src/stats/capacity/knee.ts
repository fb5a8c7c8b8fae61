export interface KneePoint {
  ratePerSecond: number;
  p95Ms: number;
}

const pointsAtLeast = 5;
/** A response time that does not grow by half has no knee. */
const growthAtLeast = 1.5;
/** Distance from the straight line, of 1, below which a curve is straight. */
const bendAtLeast = 0.15;

/**
 * The rate at which response time leaves its plateau: the point farthest below the straight line between the curve's ends, p95 on a log scale
 * (Kneedle; Satopää et al., Finding a “Kneedle” in a Haystack, ICDCS Workshops 2011).
 * @returns null where there are fewer than five rates, or no bend
 */
export function kneeOf(points: readonly KneePoint[]): number | null {
  const sorted = merged(points);
  const first = sorted[0];
  const last = sorted.at(-1);
  if (first === undefined || last === undefined || sorted.length < pointsAtLeast) return null;
  const lowest = Math.min(...sorted.map(({ p95Ms }) => p95Ms));
  const highest = Math.max(...sorted.map(({ p95Ms }) => p95Ms));
  if (!(lowest > 0) || highest / lowest < growthAtLeast) return null;
  const width = last.ratePerSecond - first.ratePerSecond;
  const height = Math.log(highest / lowest);
  let knee: number | null = null;
  let farthest = bendAtLeast;
  for (const { ratePerSecond, p95Ms } of sorted) {
    const below = (ratePerSecond - first.ratePerSecond) / width - Math.log(p95Ms / lowest) / height;
    if (below > farthest) {
      farthest = below;
      knee = ratePerSecond;
    }
  }
  return knee;
}

/** One point a rate, in order; repeated ones by their geometric mean. */
function merged(points: readonly KneePoint[]): KneePoint[] {
  const byRate = new Map<number, number[]>();
  for (const { ratePerSecond, p95Ms } of points) {
    if (!(p95Ms > 0)) continue;
    byRate.set(ratePerSecond, [...(byRate.get(ratePerSecond) ?? []), Math.log(p95Ms)]);
  }
  return [...byRate]
    .map(([ratePerSecond, logs]) => ({
      ratePerSecond,
      p95Ms: Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length),
    }))
    .sort((a, b) => a.ratePerSecond - b.ratePerSecond);
}
