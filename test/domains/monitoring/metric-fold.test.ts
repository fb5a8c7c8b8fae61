import { expect, test } from 'vitest';
import { MetricFold } from '../../../src/domains/monitoring/metric-fold.ts';
import { shopMemory } from './shop-memory.ts';

const metric = shopMemory();

test('a day of samples is kept in at most 480 buckets, and shown in at most 360', () => {
  const fold = new MetricFold();
  for (let second = 0; second < 86_400; second += 5) fold.add(second * 1000, second);
  expect(fold.points(0, 86_400_000).length).toBeLessThanOrEqual(480);
  const series = fold.series(metric);
  expect(series.values.length).toBeLessThanOrEqual(360);
  expect(series.values.length).toBeGreaterThan(120);
  expect(series).toMatchObject({ samples: 17_280, max: 86_395, last: 86_395, startMs: 0 });
  expect(series.values.every((value) => value !== null)).toBe(true);
  expect(series.mean).toBeCloseTo(43_197.5, 0);
  // A bucket's mean lies in its period.
  expect(series.values[10]).toBeCloseTo((10.5 * series.stepMs) / 1000, -1);
});

test('rare samples make long steps, a pause is null, and what is not the run is left out', () => {
  const fold = new MetricFold();
  for (let at = 60_000; at <= 1_200_000; at += 10_000) if (at < 400_000 || at > 700_000) fold.add(at, 3);
  fold.add(-5000, 900);
  fold.add(80_000, Number.NaN);
  const series = fold.series(metric);
  expect(series.stepMs).toBeGreaterThanOrEqual(8000);
  expect(series.max).toBe(3);
  expect(series.startMs).toBeLessThanOrEqual(60_000);
  expect(series.startMs).toBeGreaterThan(20_000);
  expect(series.values).toContain(null);
  expect(new MetricFold().series(metric)).toMatchObject({ values: [], samples: 0, mean: null, max: null, last: null });
});
