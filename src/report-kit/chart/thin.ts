import type { TimelinePoint } from '../../model/results.ts';

const keys = ['p50', 'p95', 'p99', 'errorPercent'] as const;

function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  return known.length === 0 ? null : Math.max(...known);
}

/**
 * Fewer points for a narrow drawing: neighbours taken together, with the highest percentile and the mean rate of each, so
 * that no peak is lost.
 */
export function thinned(
  timeline: { bucketMs: number; points: TimelinePoint[] },
  most: number,
): { bucketMs: number; points: TimelinePoint[] } {
  const size = Math.ceil(timeline.points.length / most);
  if (size <= 1) return timeline;
  const points: TimelinePoint[] = [];
  for (let index = 0; index < timeline.points.length; index += size) {
    const part = timeline.points.slice(index, index + size);
    const [p50, p95, p99, errorPercent] = keys.map((key) => highest(part.map((point) => point[key])));
    const mean = (key: 'ratePerSecond' | 'plannedRatePerSecond') =>
      part.reduce((sum, point) => sum + point[key], 0) / part.length;
    points.push({
      atMs: part[0]?.atMs ?? 0,
      ratePerSecond: mean('ratePerSecond'),
      plannedRatePerSecond: mean('plannedRatePerSecond'),
      p50: p50 ?? null,
      p95: p95 ?? null,
      p99: p99 ?? null,
      errorPercent: errorPercent ?? null,
      invalid: part.some((point) => point.invalid),
    });
  }
  return { bucketMs: timeline.bucketMs * size, points };
}
