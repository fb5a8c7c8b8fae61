import { describe, expect, test } from 'vitest';
import { betaQuantile, incompleteBeta, studentQuantile } from '../../src/stats/beta.ts';

describe('incomplete beta function', () => {
  // scipy.special.betainc 1.17.1
  test.each([
    [0.5, 0.5, 0.3, 0.36901011956554536],
    [2, 3, 0.4, 0.5248],
    [1, 36_889, 1e-4, 0.9750051245542901],
    [5, 1e9, 6e-9, 0.7149435186225144],
    [9.5e8, 5e7, 0.95, 0.49998263460843234],
    [9.5e8 + 1, 5e7, 0.949995, 0.23407140766662404],
    [500, 500, 0.52, 0.897082472693004],
    [0.5, 5e8, 1e-9, 0.6826894921370861],
    [13.5, 0.5, 0.9, 0.09467610100466282],
    [2.5, 7.25, 0.2, 0.38444272519976463],
  ])('a %d, b %d, x %d', (a, b, x, expected) => {
    expect(Math.abs(incompleteBeta(x, a, b) / expected - 1)).toBeLessThan(1e-8);
  });

  test('is 0 and 1 at its ends, and its quantile leads back', () => {
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
    for (const [probability, a, b] of [
      [0.025, 3, 998],
      [0.975, 1, 1e9],
      [0.5, 40, 2],
    ] as const) {
      expect(incompleteBeta(betaQuantile(probability, a, b), a, b)).toBeCloseTo(probability, 9);
    }
  });
});

// scipy.stats.t.ppf and norm.ppf 1.17.1
test.each([
  [0.95, 1, 12.706204736174694],
  [0.95, 9, 2.262157162798205],
  [0.95, 19, 2.0930240544083087],
  [0.99, 9, 3.249835541592126],
  [0.9999, 19, 4.897461588862216],
  [0.95, Number.POSITIVE_INFINITY, 1.959963984540054],
  [0.999, Number.POSITIVE_INFINITY, 3.2905267314919255],
])('Student quantile at %d with %d degrees of freedom', (confidence, freedom, expected) => {
  expect(studentQuantile(confidence, freedom)).toBeCloseTo(expected, 6);
});
