import { describe, expect, test } from 'vitest';
import { carefulCorrelation, midRanks } from '../../src/stats/autocorrelation.ts';
import { mannKendall } from '../../src/stats/mann-kendall.ts';
import { type Point, thinned, trendOf } from '../../src/stats/trend.ts';
import { gaussian, seeded } from '../random.ts';
import { autoregressive } from './autoregressive.ts';

const series = (y: readonly number[]): Point[] => y.map((value, x) => ({ x, y: value }));

describe('Theil–Sen', () => {
  test('finds a line exactly, and bounds it', () => {
    const trend = trendOf(series(Array.from({ length: 50 }, (_, i) => 100 + 3 * i)));
    expect(trend?.slope).toBeCloseTo(3, 12);
    expect(trend?.start).toBeCloseTo(100, 9);
    expect(trend?.end).toBeCloseTo(247, 9);
    expect(trend?.pValue).toBeLessThan(1e-6);
  });

  test('is not moved by a fifth of outliers', () => {
    const normal = gaussian(seeded(3));
    const trend = trendOf(series(Array.from({ length: 100 }, (_, i) => (i % 5 === 2 ? 5000 : 10 + i + normal()))));
    expect(trend?.slope).toBeGreaterThan(0.9);
    expect(trend?.slope).toBeLessThan(1.15);
  });

  test('covers the true slope with its interval nineteen times in twenty', () => {
    for (const phi of [0, 0.7]) {
      const draw = autoregressive(phi, 11);
      let covered = 0;
      for (let k = 0; k < 200; k++) {
        const trend = trendOf(series(draw(60).map((y, i) => y + 0.1 * i)));
        if (trend !== null && trend.interval.low <= 0.1 && trend.interval.high >= 0.1) covered++;
      }
      expect(covered).toBeGreaterThanOrEqual(186);
    }
  });

  test('needs eight points, and takes constants and times that are the same', () => {
    expect(trendOf(series([1, 2, 3, 4, 5, 6, 7]))).toBeNull();
    expect(trendOf(series(Array.from({ length: 40 }, () => 7)))).toMatchObject({
      slope: 0,
      pValue: 1,
      start: 7,
      end: 7,
    });
    expect(trendOf(Array.from({ length: 10 }, (_, y) => ({ x: 1, y })))?.slope).toBe(0);
  });
});

describe('Mann–Kendall', () => {
  test('has the published variance where values are independent and untied', () => {
    const values = [5, 3, 8, 1, 9, 2, 7, 4, 6, 10];
    const found = mannKendall(values, values);
    expect(found.s).toBe(11);
    expect(found.variance).toBeGreaterThanOrEqual((10 * 9 * 25) / 18);
  });

  // Residuals that swing from one to the next leave the variance as it is for independent values.
  const swinging = [1, -1, 1.1, -1.1, 1.2, -1.2, 1.3, -1.3, 1.4, -1.4];

  test('takes off what ties leave open', () => {
    expect(mannKendall([5, 3, 8, 1, 9, 2, 7, 4, 6, 10], swinging).variance).toBe((10 * 9 * 25) / 18);
    // One pair and one triple of equal values: t (t − 1) (2t + 5) of each is taken off.
    const tied = mannKendall([1, 1, 2, 2, 2, 3, 4, 5, 6, 7], swinging);
    expect(tied.s).toBe(45 - 1 - 3);
    expect(tied.variance).toBe((2250 - 2 * 9 - 6 * 11) / 18);
    expect(mannKendall([4, 4, 4, 4, 4, 4, 4, 4, 4, 4], swinging)).toEqual({ s: 0, variance: 0, pValue: 1 });
  });

  test('is corrected for continuity, and two-sided', () => {
    const rising = [5, 3, 8, 1, 9, 2, 7, 4, 6, 10];
    // S = 11 with variance 125: z = 10 ÷ √125 = 0.894, of which the normal table says 0.371.
    expect(mannKendall(rising, swinging).pValue).toBeCloseTo(0.3711, 4);
    expect(mannKendall([...rising].reverse(), swinging)).toMatchObject({ s: -11 });
    expect(mannKendall([...rising].reverse(), swinging).pValue).toBeCloseTo(0.3711, 4);
  });

  // 300 series each; two-sided at 1 %: up to 2 % is what the estimate of the correlation may cost.
  for (const phi of [0, 0.3, 0.5, 0.7, 0.9]) {
    test(`says of at most 2 % of series that they grow at φ = ${phi}`, () => {
      for (const n of [30, 100]) {
        const draw = autoregressive(phi, 1000 + n);
        let alarms = 0;
        for (let k = 0; k < 300; k++) {
          const trend = trendOf(series(draw(n)));
          if (trend !== null && trend.slope > 0 && trend.pValue < 0.01) alarms++;
        }
        expect(alarms).toBeLessThanOrEqual(6);
      }
    });
  }

  test('sees growth where it is there', () => {
    for (const [phi, least] of [
      [0, 0.99],
      [0.5, 0.95],
      [0.7, 0.7],
    ] as const) {
      const draw = autoregressive(phi, 77);
      let seen = 0;
      for (let k = 0; k < 100; k++) {
        const rising = draw(120).map((y, i) => y + (4 * i) / 120);
        if ((trendOf(series(rising))?.pValue ?? 1) < 0.01) seen++;
      }
      expect(seen / 100).toBeGreaterThanOrEqual(least);
    }
  });
});

test('ranks share ties', () => {
  expect(midRanks([3, 1, 2, 2])).toEqual([4, 1, 2.5, 2.5]);
});

test('correlation is taken too high rather than too low', () => {
  const draw = autoregressive(0.7, 5);
  const found = Array.from({ length: 200 }, () => carefulCorrelation(draw(60), 1));
  expect(found.filter((phi) => phi < 0.7).length).toBeLessThan(30);
  expect(Math.max(...found)).toBeLessThanOrEqual(0.995);
  expect(carefulCorrelation([1, 2], 2)).toBe(0.995);
});

test('thinning keeps medians, gaps and ends', () => {
  const points = series(Array.from({ length: 1000 }, (_, i) => (i % 50 === 0 ? 1e6 : i))).filter(
    ({ x }) => x < 300 || x > 700,
  );
  const thin = thinned(points, 100);
  expect(thin.length).toBeGreaterThan(55);
  expect(thin.length).toBeLessThanOrEqual(62);
  expect(Math.max(...thin.map(({ y }) => y))).toBeLessThan(1000);
  expect(thinned(points, 2000)).toEqual(points);
});
