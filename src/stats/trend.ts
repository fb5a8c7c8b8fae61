import type { Interval } from '../model/verdict.ts';
import { median } from './autocorrelation.ts';
import { studentQuantile } from './beta.ts';
import { mannKendall } from './mann-kendall.ts';
import { orderStatistics } from './order-statistics.ts';

export interface Point {
  x: number;
  y: number;
}

export interface Trend {
  /** Theil–Sen, units of y per unit of x. */
  slope: number;
  /** As wide as the autocorrelation-safe test asks for. */
  interval: Interval;
  pValue: number;
  /** Fitted at the first and at the last point. */
  start: number;
  end: number;
  points: number;
}

/**
 * The trend of a series: slope by Theil and Sen (Sen, JASA 63, 1968), which a quarter of outliers cannot move, and its p-value by the
 * autocorrelation-safe Mann–Kendall test. O(n²): thin first. Null with fewer than eight points.
 * @param points in order of x, about evenly spaced
 */
export function trendOf(points: readonly Point[], confidence = 0.95): Trend | null {
  const n = points.length;
  const [first, last] = [points[0], points[n - 1]];
  if (n < 8 || first === undefined || last === undefined) return null;
  const slopes = pairSlopes(points);
  const slope = middle(slopes);
  const intercept = median(points.map(({ x, y }) => y - slope * x));
  const values = points.map(({ y }) => y);
  const { variance, pValue } = mannKendall(
    values,
    points.map(({ x, y }) => y - slope * x),
  );
  const half = studentQuantile(confidence, Number.POSITIVE_INFINITY) * Math.sqrt(Math.max(variance, 0));
  const rank = (k: number) => Math.min(Math.max(Math.round(k), 0), slopes.length - 1);
  const ends = [rank((slopes.length - half) / 2 - 1), rank((slopes.length + half) / 2)];
  const [low = slope, high = slope] = slopes.length === 0 ? [] : orderStatistics(slopes, ends);
  return {
    slope,
    interval: { low, high, confidence },
    pValue,
    start: intercept + slope * first.x,
    end: intercept + slope * last.x,
    points: n,
  };
}

function pairSlopes(points: readonly Point[]): Float64Array {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let count = 0;
  points.forEach((a, i) => {
    for (let j = i + 1; j < points.length; j++) {
      const b = points[j];
      if (b !== undefined && b.x > a.x) slopes[count++] = (b.y - a.y) / (b.x - a.x);
    }
  });
  return slopes.subarray(0, count);
}

function middle(slopes: Float64Array): number {
  const half = Math.floor(slopes.length / 2);
  if (slopes.length === 0) return 0;
  if (slopes.length % 2 === 1) return orderStatistics(slopes, [half])[0] as number;
  const [low, high] = orderStatistics(slopes, [half - 1, half]) as [number, number];
  return (low + high) / 2;
}

/** At most `atMost` points, each the median of its interval of x; intervals without points are left out. */
export function thinned(points: readonly Point[], atMost: number): Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (points.length <= atMost || first === undefined || last === undefined) return [...points];
  const width = (last.x - first.x) / atMost;
  const blocks = new Map<number, Point[]>();
  for (const point of points) {
    const index = Math.min(Math.floor((point.x - first.x) / width), atMost - 1);
    const block = blocks.get(index);
    if (block === undefined) blocks.set(index, [point]);
    else block.push(point);
  }
  return [...blocks.values()].map((block) => ({
    x: median(block.map(({ x }) => x)),
    y: median(block.map(({ y }) => y)),
  }));
}
