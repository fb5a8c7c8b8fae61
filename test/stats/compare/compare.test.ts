import { expect, test } from 'vitest';
import { beyondDoubt, compareWindows } from '../../../src/stats/compare/compare.ts';
import { holm } from '../../../src/stats/compare/holm.ts';
import { gaussian, seeded } from '../../random.ts';

/** Window figures about `level` ms whose logarithms are AR(1), with white noise of a share `white` of the variance over it. */
function windows(
  n: number,
  correlation: number,
  deviation: number,
  level: number,
  normal: () => number,
  white = 0,
): number[] {
  const wandering = deviation * Math.sqrt(1 - white);
  let state = wandering * normal();
  return Array.from({ length: n }, () => {
    const over = white > 0 ? deviation * Math.sqrt(white) * normal() : 0;
    const figure = level * Math.exp(state + over);
    state = correlation * state + wandering * Math.sqrt(1 - correlation ** 2) * normal();
    return figure;
  });
}

test.each([
  { n: 20, correlation: 0 },
  { n: 20, correlation: 0.9 },
  { n: 100, correlation: 0.7 },
  { n: 50, correlation: 0.9, white: 0.5 },
])(
  'alarms on at most 1 % of equal arms, $n windows, correlation $correlation, white noise $white',
  ({ n, correlation, white = 0 }) => {
    const normal = gaussian(seeded(7));
    const trials = 1500;
    let alarms = 0;
    for (let i = 0; i < trials; i++) {
      const found = compareWindows(
        windows(n, correlation, 0.05, 80, normal, white),
        windows(n, correlation, 0.05, 80, normal, white),
        'independent',
      );
      if (found !== null && found.pSlower(0) <= beyondDoubt) alarms++;
    }
    // 1 % and three standard errors of the count.
    expect(alarms / trials).toBeLessThanOrEqual(0.01 + 3 * Math.sqrt(0.0099 / trials));
  },
);

test('sees a slowdown of 10 % and says how much', () => {
  const normal = gaussian(seeded(3));
  const found = compareWindows(windows(100, 0.5, 0.05, 80, normal), windows(100, 0.5, 0.05, 88, normal), 'independent');
  expect(found?.pSlower(0)).toBeLessThan(1e-4);
  const { low, high } = found?.interval(0.95) ?? { low: 0, high: 0 };
  expect(low).toBeLessThan(10);
  expect(high).toBeGreaterThan(10);
  expect(high - low).toBeLessThan(10);
  expect(found?.change().percent).toBeGreaterThan(low);
  expect(found?.change().effectSize).toBeGreaterThan(0.5);
});

test('an interval holds the truth as often as it says', () => {
  const normal = gaussian(seeded(11));
  let inside = 0;
  for (let i = 0; i < 300; i++) {
    const found = compareWindows(windows(50, 0.5, 0.05, 80, normal), windows(70, 0.5, 0.05, 84, normal), 'independent');
    const { low, high } = found?.interval(0.95) ?? { low: 0, high: 0 };
    if (low <= 5 && 5 <= high) inside++;
  }
  expect(inside).toBeGreaterThanOrEqual(275);
});

test('pairs drop the noise that both arms share', () => {
  const normal = gaussian(seeded(5));
  const shared = windows(60, 0.8, 0.2, 1, normal);
  const first = windows(60, 0.3, 0.02, 80, normal).map((figure, i) => figure * (shared[i] ?? 1));
  const second = windows(60, 0.3, 0.02, 84, normal).map((figure, i) => figure * (shared[i] ?? 1));
  expect(compareWindows(first, second, 'paired')?.pSlower(0)).toBeLessThan(1e-3);
  expect(compareWindows(first, second, 'independent')?.pSlower(0)).toBeGreaterThan(0.01);
});

test('the p-value of a smaller slowdown is no larger, the change lies in its interval, and the interval’s end is where the p-value says', () => {
  const normal = gaussian(seeded(19));
  for (const n of [10, 16, 33, 150, 400]) {
    const found = compareWindows(
      windows(n, 0.6, 0.05, 80, normal),
      windows(n + 5, 0.6, 0.05, 88, normal),
      'independent',
    );
    const at = [-20, -5, 0, 2, 5, 9, 10, 11, 20, 40].map((margin) => found?.pSlower(margin) ?? Number.NaN);
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(at[0]).toBeGreaterThanOrEqual(0);
    const { low, high } = found?.interval(0.95) ?? { low: 0, high: 0 };
    const change = found?.change().percent ?? 0;
    expect(low).toBeLessThan(change);
    expect(high).toBeGreaterThan(change);
    expect(found?.pSlower(low)).toBeCloseTo(0.025, 6);
    expect(found?.pWithin(high)).toBeCloseTo(0.025, 6);
  }
});

test('is sure of arms without any noise, and of nothing with nine windows', () => {
  const flat = new Array<number>(12).fill(80);
  expect(compareWindows(flat, flat, 'paired')?.change().percent).toBeCloseTo(0, 6);
  const slower = compareWindows(
    flat,
    flat.map((figure) => figure * 1.2),
    'paired',
  );
  expect(slower?.pSlower(5)).toBeLessThan(1e-6);
  expect(slower?.interval(0.95).low).toBeCloseTo(20, 3);
  expect(compareWindows(flat.slice(0, 9), flat, 'independent')).toBeNull();
});

test('refuses what cannot be compared', () => {
  const flat = new Array<number>(12).fill(80);
  expect(() => compareWindows(flat, flat.slice(1), 'paired')).toThrow(RangeError);
  expect(() => compareWindows([...flat.slice(1), 0], flat, 'paired')).toThrow(RangeError);
});

test('corrects p-values by Holm, in the order given', () => {
  expect(holm([0.04, 0.01, 0.03])).toEqual([0.06, 0.03, 0.06]);
  expect(holm([])).toEqual([]);
});
