import { expect, test } from 'vitest';
import { common, joined, lengthMs, unmeasured, without } from '../../src/stats/periods.ts';

const period = (fromMs: number, toMs: number) => ({ fromMs, toMs });

test('what two lists have in common, and what one has alone, is all of it', () => {
  const a = [period(0, 10), period(20, 40)];
  const b = [period(5, 25), period(30, 35), period(40, 50)];
  expect(common(a, b)).toEqual([period(5, 10), period(20, 25), period(30, 35)]);
  expect(without(a, b)).toEqual([period(0, 5), period(25, 30), period(35, 40)]);
  expect(lengthMs(common(a, b)) + lengthMs(without(a, b))).toBe(lengthMs(a));
});

test('periods that overlap or touch are one', () => {
  expect(joined([period(20, 30), period(0, 5), period(5, 10), period(8, 9)])).toEqual([period(0, 10), period(20, 30)]);
});

test('a period that has no end takes all that comes after it', () => {
  expect(without([period(0, 100)], [period(60, Number.POSITIVE_INFINITY)])).toEqual([period(0, 60)]);
});

test.each([
  ['none where all was measured', [period(0, 100)], []],
  ['none for what is shorter than allowed', [period(0, 90)], []],
  [
    'before, between and after parts',
    [period(20, 40), period(60, 80)],
    [period(0, 20), period(40, 60), period(80, 100)],
  ],
  ['one around a part in which nothing was measured', [period(0, 20), period(50, 50)], [period(20, 100)]],
  ['up to the planned end, where the run went on past it', [period(0, 20), period(120, 130)], [period(20, 100)]],
])('what was not measured of a planned time: %s', (_title, parts, gaps) => {
  expect(unmeasured(parts, 100, 10)).toEqual(gaps);
});
