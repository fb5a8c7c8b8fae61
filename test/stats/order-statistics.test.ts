import { expect, it } from 'vitest';
import { orderStatistics } from '../../src/stats/order-statistics.ts';
import { seeded } from '../random.ts';

it('finds what sorting finds, whatever the values are like', () => {
  const random = seeded(11);
  const kinds: ((i: number, n: number) => number)[] = [
    () => random() - 0.5,
    () => Math.floor(4 * random()),
    (i) => i,
    (i, n) => n - i,
    () => 7,
    (i, n) => Math.abs(i - n / 2),
    () => (random() < 0.1 ? Number.POSITIVE_INFINITY : -random()),
  ];
  for (const kind of kinds) {
    for (const n of [1, 2, 3, 10, 101, 1000]) {
      const values = Float64Array.from({ length: n }, (_, i) => kind(i, n));
      const sorted = [...values].sort((a, b) => (a === b ? 0 : a - b));
      const ranks = [0, Math.floor(n / 4), Math.floor(n / 2), Math.floor(n / 2), n - 1];
      expect(orderStatistics(values, ranks)).toEqual(ranks.map((rank) => sorted[rank]));
      // Nothing was lost in moving them about.
      expect([...values].sort((a, b) => (a === b ? 0 : a - b))).toEqual(sorted);
    }
  }
  expect(orderStatistics(new Float64Array(0), [0])).toEqual([Number.NaN]);
});
