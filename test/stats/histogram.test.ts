import { describe, expect, test } from 'vitest';
import { LatencyHistogram, maximumUs } from '../../src/stats/histogram.ts';
import { seeded } from '../random.ts';

function recorded(values: Iterable<number>): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('percentiles', () => {
  const random = seeded(7);
  const shapes: Record<string, number[]> = {
    uniform: Array.from({ length: 20_001 }, () => Math.floor(random() * 300_000)),
    'log-normal with a long tail': Array.from({ length: 50_000 }, () =>
      Math.floor(Math.exp(9 + 1.4 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()))),
    ),
    'two humps, a thousand times apart': Array.from({ length: 10_000 }, () =>
      Math.floor(random() < 0.97 ? 2_000 + random() * 500 : 2_000_000 + random() * 900_000),
    ),
    'whole range': Array.from({ length: 5_000 }, () => Math.floor(2 ** (random() * 31))),
  };
  for (const [name, values] of Object.entries(shapes)) {
    test(`are within 0.1 % of an exact sort: ${name}`, () => {
      const histogram = recorded(values);
      const sorted = Float64Array.from(values).sort();
      for (const p of [0.001, 1, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100]) {
        const exact = sorted[Math.ceil((p * 1000 * sorted.length) / 100_000) - 1] as number;
        const found = histogram.percentile(p) as number;
        expect(found).toBeGreaterThanOrEqual(exact);
        expect(found - exact).toBeLessThanOrEqual(Math.max(0, exact * 0.001));
      }
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(Math.abs((histogram.mean as number) / mean - 1)).toBeLessThan(0.001);
    });
  }

  test('take the rank as written, not a rounding error above it', () => {
    const histogram = recorded(Array.from({ length: 1000 }, (_, i) => i + 1));
    expect(histogram.percentile(99.9)).toBe(999);
    expect(histogram.percentile(7)).toBe(70);
    expect(histogram.percentile(55)).toBe(550);
    expect(histogram.percentile(0)).toBe(1);
    expect(histogram.percentile(100)).toBe(1000);
    expect(histogram.valueAtRank(1)).toBe(1);
    expect(histogram.valueAtRank(5000)).toBe(1000);
  });

  test('of nothing are null', () => {
    const histogram = new LatencyHistogram();
    expect([histogram.percentile(50), histogram.min, histogram.max, histogram.mean]).toEqual([null, null, null, null]);
    expect(histogram.countAbove(0)).toBe(0);
  });
});

test('every bucket holds its own bounds and nothing of its neighbours', () => {
  for (let power = 0; power <= 30; power++) {
    for (const us of [2 ** power - 1, 2 ** power, 2 ** power + 1, Math.floor(1.5 * 2 ** power), 2 ** (power + 1) - 1]) {
      const histogram = recorded([us]);
      const low = histogram.min as number;
      const high = histogram.max as number;
      expect(low).toBeLessThanOrEqual(us);
      expect(high).toBeGreaterThanOrEqual(us);
      expect(high - low).toBeLessThanOrEqual(us / 1024);
      histogram.record(low);
      histogram.record(high);
      expect(histogram.countAtOrBelow(us)).toBe(3);
      if (low > 0) histogram.record(low - 1);
      if (high < maximumUs) histogram.record(high + 1);
      expect(histogram.countAtOrBelow(low - 1)).toBe(low > 0 ? 1 : 0);
      expect(histogram.countAbove(us)).toBe(high < maximumUs ? 1 : 0);
    }
  }
});

test('values past the range are clamped and counted, negative ones are 0, NaN is refused', () => {
  const histogram = recorded([maximumUs, maximumUs + 1, Number.POSITIVE_INFINITY, -3, 12.9]);
  expect(histogram.count).toBe(5);
  expect(histogram.clamped).toBe(2);
  expect(histogram.max).toBe(maximumUs);
  expect(histogram.min).toBe(0);
  expect(histogram.countAtOrBelow(12)).toBe(2);
  expect(() => histogram.record(Number.NaN)).toThrow(RangeError);
  expect(histogram.count).toBe(5);
});

test('merging is exact, in any order, and equals recording into one', () => {
  const random = seeded(3);
  const parts = Array.from({ length: 6 }, (_, part) =>
    Array.from({ length: 500 }, () => Math.floor(2 ** (random() * (6 + 4 * part)))),
  );
  const whole = recorded(parts.flat());
  for (const order of [parts, [...parts].reverse()]) {
    const merged = new LatencyHistogram();
    for (const part of order) merged.add(recorded(part));
    const buckets: number[][] = [];
    const expected: number[][] = [];
    merged.forEach((...bucket) => void buckets.push(bucket));
    whole.forEach((...bucket) => void expected.push(bucket));
    expect(buckets).toEqual(expected);
    expect(merged.count).toBe(whole.count);
  }
});

test('reset empties, recordMany counts past 2^32', () => {
  const histogram = recorded([5, 5_000_000]);
  histogram.reset();
  expect([histogram.count, histogram.max]).toEqual([0, null]);
  histogram.recordMany(100, 6_000_000_000);
  histogram.record(200);
  expect(histogram.count).toBe(6_000_000_001);
  expect(histogram.percentile(100)).toBe(200);
  expect(histogram.countAbove(100)).toBe(1);
});
