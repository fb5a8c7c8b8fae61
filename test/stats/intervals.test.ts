import { describe, expect, test } from 'vitest';
import { LatencyHistogram } from '../../src/stats/histogram.ts';
import { percentileInterval, percentileRanks, proportionInterval } from '../../src/stats/intervals.ts';
import { seeded } from '../random.ts';

function recorded(values: Iterable<number>): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('ranks', () => {
  // From scipy.stats.binom.cdf 1.17.1, by search; null: past the last sample.
  test.each([
    [50, 20, 0.95, 6, 15],
    [95, 1000, 0.95, 936, 964],
    [99, 1000, 0.95, 983, 997],
    [99, 367, 0.95, 359, 368],
    [99, 368, 0.95, 360, 368],
    [95, 72, 0.95, 64, 72],
    [99, 10_000, 0.95, 9_880, 9_920],
  ])('p%d of %d at %d are exact', (p, n, confidence, low, high) => {
    expect(percentileRanks(n, p, confidence)).toEqual({ low, high });
  });

  test.each([
    [95, 100_000, 0.95, 94_864, 95_136],
    [99.9, 1_000_000, 0.95, 998_938, 999_062],
    [50, 1e8, 0.99, 49_987_121, 50_012_880],
  ])('p%d of %d at %d cover the exact ones, by two at most', (p, n, confidence, low, high) => {
    const found = percentileRanks(n, p, confidence);
    expect(found.low).toBeLessThanOrEqual(low);
    expect(found.low).toBeGreaterThanOrEqual(low - 2);
    expect(found.high).toBeGreaterThanOrEqual(high);
    expect(found.high).toBeLessThanOrEqual(high + 2);
  });

  test('of few samples have no bound', () => {
    expect(percentileInterval(recorded([5, 6, 7]), 99)).toEqual({
      low: 6,
      high: Number.POSITIVE_INFINITY,
      confidence: 0.95,
    });
    expect(percentileInterval(recorded([]), 99)).toBeNull();
  });
});

test('a percentile interval covers the true percentile as often as it says', () => {
  const random = seeded(11);
  const truth = -Math.log(1 - 0.95) * 10_000;
  let covered = 0;
  for (let run = 0; run < 1000; run++) {
    const values = Array.from({ length: 500 }, () => -Math.log(1 - random()) * 10_000);
    const { low, high } = percentileInterval(recorded(values), 95) ?? { low: 0, high: 0 };
    if (low <= truth && truth <= high) covered++;
  }
  expect(covered).toBeGreaterThanOrEqual(940);
  expect(covered).toBeLessThanOrEqual(985);
});

describe('Clopper–Pearson interval', () => {
  // scipy.stats.beta.ppf and isf 1.17.1
  test.each([
    [0, 36_888, 0.95, 0, 9.999715387976257e-5],
    [0, 100, 0.95, 0, 0.03621669264517641],
    [0, 1, 0.95, 0, 0.975],
    [7, 20, 0.95, 0.1539092047845412, 0.5921885345328282],
    [3, 1000, 0.95, 0.0006190999316495715, 0.008742023238478303],
    [999, 1000, 0.95, 0.9944410757201734, 0.9999746825125088],
    [500, 1000, 0.99, 0.45885255330704494, 0.5411474466929551],
    [41, 100_000, 0.95, 0.0002942386418935801, 0.0005561706314736626],
    [1, 1e9, 0.95, 2.53178079839694e-11, 5.571643429123389e-9],
    [50_000, 1e9, 0.95, 4.956269746289153e-5, 5.044020093310015e-5],
    [5e8, 1e9, 0.95, 0.4999690097484223, 0.5000309902515777],
  ])('%d of %d at %d', (k, n, confidence, low, high) => {
    const found = proportionInterval(k, n, confidence);
    expect(Math.abs((found?.low ?? -1) - low)).toBeLessThanOrEqual(1e-7 * low);
    expect(Math.abs((found?.high ?? -1) - high)).toBeLessThanOrEqual(1e-7 * high);
  });

  test('of all is 1 at its upper end, and of nothing does not exist', () => {
    expect(proportionInterval(50, 50)?.high).toBe(1);
    expect(proportionInterval(0, 0)).toBeNull();
  });
});
