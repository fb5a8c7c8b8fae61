import { expect, test } from 'vitest';
import { type Nights, nightsVerdicts } from '../../bench/judge/nights.ts';

const differ: Nights['levelOf'] = (_, random) => 0.9 + 0.2 * random();
const fails = (one: Omit<Nights, 'seed'>, seed = 7) =>
  nightsVerdicts({ ...one, seed }).map((verdict) => verdict === 'fail');

test('nights of one version that differ by ±10 % are not called slower, once it is known how nights differ', () => {
  let alarms = 0;
  let judged = 0;
  for (const seed of [1, 2, 3]) {
    const known = fails({ medianMs: () => 20, levelOf: differ, nights: 20 }, seed).slice(5);
    alarms += known.filter((failed) => failed).length;
    judged += known.length;
  }
  expect(alarms).toBeLessThanOrEqual(0.05 * judged);
});

test('three in a hundred a night are caught before twenty nights are over, though each is within the margin', () => {
  expect(fails({ medianMs: (night) => 20 * 1.03 ** night, nights: 20 })).toContain(true);
  expect(fails({ medianMs: (night) => 20 * 1.03 ** night, levelOf: differ, nights: 20 })).toContain(true);
});

test.each([4, 12])('a night slower by 37 % than two of the last three is caught, the last of %i', (nights) => {
  const slow = new Set([nights - 3, nights - 1]);
  expect(fails({ medianMs: (night) => (slow.has(night) ? 27.4 : 20), nights }).at(-1)).toBe(true);
});

test('windows that alternate between half and twice the time, or one slow one in three, are caught', () => {
  const last = (slowMs: number, quickMs: number, every: number) =>
    fails({ medianMs: (night, w) => (night < 11 ? 20 : w % every === 0 ? slowMs : quickMs), nights: 12 }).at(-1);
  expect(last(40, 10, 2)).toBe(true);
  expect(last(60, 20, 3)).toBe(true);
  expect(last(20, 20, 3)).toBe(false);
});
