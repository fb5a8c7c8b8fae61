import { expect, test } from 'vitest';
import { parseDuration } from '../../src/domains/duration.ts';

test.each([
  ['24h', 86_400_000],
  ['1m30s', 90_000],
  ['90s', 90_000],
  ['500ms', 500],
  ['1.5h', 5_400_000],
  ['2d1h', 176_400_000],
  ['1m500ms', 60_500],
])('%s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  ['90', /the unit is missing/],
  ['', /write it as 24h/],
  ['1 m', /write it as 24h/],
  ['-5s', /write it as 24h/],
  ['1w', /write it as 24h/],
  ['1e3s', /write it as 24h/],
  ['30s1m', /from large to small/],
  ['1m1m', /from large to small/],
  ['0s', /longer than nothing/],
])('%j is refused with the reason', (text, reason) => {
  expect(parseDuration(text)).toMatch(reason);
});
