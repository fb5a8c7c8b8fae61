import { describe, expect, it } from 'vitest';
import {
  byteSize,
  change,
  count,
  duration,
  interval,
  milliseconds,
  nothing,
  percent,
  perSecond,
  plainNumber,
  plural,
  quantity,
  score,
  shortCount,
  target,
} from '../../src/report-kit/format.ts';

/** Figures as a reader sees them: the space before a unit does not break, which would be invisible here. */
const seen = (text: string) => text.replaceAll('\u00a0', ' ');

function table(cases: [string, string][]) {
  for (const [got, wanted] of cases) expect(seen(got)).toBe(wanted);
}

describe('figures', () => {
  it('says response times with three digits, and seconds from 10 s on', () => {
    table([
      [milliseconds(0), '0 ms'],
      [milliseconds(0.0432), '0.04 ms'],
      [milliseconds(0.001), '0.001 ms'],
      [milliseconds(0.62), '0.62 ms'],
      [milliseconds(3.14), '3.1 ms'],
      [milliseconds(78.24), '78.2 ms'],
      [milliseconds(99.96), '100 ms'],
      [milliseconds(213.2), '213 ms'],
      [milliseconds(1240), '1,240 ms'],
      [milliseconds(22_480), '22.5 s'],
      [milliseconds(-2.31), '−2.3 ms'],
    ]);
  });

  it('never rounds across a target, or onto it', () => {
    table([
      [milliseconds(199.996, 200), '199.996 ms'],
      [milliseconds(199.6, 200), '199.6 ms'],
      [milliseconds(200.4, 200), '200.4 ms'],
      [milliseconds(200, 200), '200 ms'],
      [percent(0.09996, 0.1), '0.09996 %'],
      [percent(0.1, 0.1), '0.1 %'],
      [perSecond(999.7, 1000), '999.7 /s'],
      [quantity(23.999, 'h', 24), '23 h 59 min'],
      [quantity(24, 'h', 24), '24 h'],
      [score(94.96, 95), '94.96'],
    ]);
  });

  it('says 0 % and 100 % of nothing but exactly that', () => {
    table([
      [percent(0), '0 %'],
      [percent(100), '100 %'],
      [percent(99.9931), '99.993 %'],
      [percent(99.99996), '99.99996 %'],
      [percent(0.0411), '0.041 %'],
      [percent(0.00001), '< 0.001 %'],
      [percent(0.4), '0.4 %'],
      [percent(12.34), '12.3 %'],
      [percent(1155), '1,155 %'],
      [score(99.96), '99.96'],
      [score(100), '100'],
      [score(0.974), '0.974'],
    ]);
  });

  it('says counts in full or for a glance', () => {
    table([
      [count(97_412_880), '97,412,880'],
      [count(9), '9'],
      [shortCount(99_999), '99,999'],
      [shortCount(412_300), '412 k'],
      [shortCount(97_412_871), '97.4 M'],
      [shortCount(999_960), '1 M'],
      [shortCount(2.5e9), '2.5 G'],
      [plural(1, 'request'), '1 request'],
      [plural(1200, 'request'), '1,200 requests'],
      [perSecond(1127.4), '1,127 /s'],
      [perSecond(12.41), '12.4 /s'],
      [perSecond(0.25), '0.25 /s'],
      [byteSize(812_400_000_000), '812 GB'],
      [byteSize(640), '640 B'],
      [byteSize(3_240_000), '3.2 MB'],
      [plainNumber(-0.0001, 2), '0'],
    ]);
  });

  it('says durations in two units, rounded down', () => {
    table([
      [duration(24 * 3_600_000), '24 h'],
      [duration(48 * 3_600_000), '48 h'],
      [duration(3 * 3_600_000 + 12 * 60_000 + 59_999), '3 h 12 min'],
      [duration(65_000), '1 min 5 s'],
      [duration(59_999), '59.9 s'],
      [duration(850.9), '850 ms'],
      [duration(0), '0 ms'],
      [quantity(1 / 60, 'h', 24), '1 min'],
    ]);
  });

  it('gives both ends of an interval the same decimals and says the unit once', () => {
    const ends = (low: number, high: number) => ({ low, high, confidence: 0.95 });
    table([
      [interval(ends(208.1, 219.4), 'ms'), '208–219 ms'],
      [interval(ends(78.02, 78.49), 'ms'), '78.0–78.5 ms'],
      [interval(ends(0.0404, 0.0418), '%'), '0.040–0.042 %'],
      [interval(ends(0, 0.031), '%'), '0–0.031 %'],
      [interval(ends(99.969, 100), '%'), '99.969–100 %'],
      [interval(ends(9_800, 12_400), 'ms'), '9,800 ms–12.4 s'],
      [interval(ends(24, 24), 'h'), '24 h'],
      [interval(null, 'ms'), nothing],
    ]);
  });

  it('says changes with their sign, targets with their comparison', () => {
    table([
      [change(14.3), '+14 %'],
      [change(-2.1), '−2.1 %'],
      [change(0.02), '±0 %'],
      [target('<', 200, 'ms'), '< 200 ms'],
      [target('>=', 99.99, '%'), '≥ 99.99 %'],
      [target('>', 1000, '/s'), '> 1,000 /s'],
    ]);
  });

  it('prints a dash for what was not measured or is no number', () => {
    for (const value of [null, Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const say of [milliseconds, percent, perSecond, duration, byteSize, score, count, shortCount, change]) {
        expect(say(value)).toBe(nothing);
      }
    }
  });
});
