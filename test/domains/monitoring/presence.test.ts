import { expect, test } from 'vitest';
import { Presence } from '../../../src/domains/monitoring/presence.ts';

const every = (ms: number, moments: readonly number[]): Presence => {
  const presence = new Presence();
  for (const moment of moments) presence.add(moment * ms);
  return presence;
};
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

test('readings as they come are no holes, however far apart, and neither is one that is late', () => {
  expect(every(1000, upTo(60)).missing(60_000)).toEqual([]);
  expect(every(60_000, upTo(5)).missing(300_000)).toEqual([]);
  expect(
    every(
      1000,
      upTo(60).filter((i) => i < 20 || i > 40),
    ).missing(60_000),
  ).toEqual([]);
});

test('what ends, is missing for a while, or comes late is reported', () => {
  expect(every(1000, upTo(20)).holes(60_000)).toEqual([{ fromMs: 19_000, toMs: 60_000 }]);
  const twice = every(
    1000,
    upTo(300).filter((i) => i < 100 || i > 200),
  );
  expect(twice.holes(300_000)).toEqual([{ fromMs: 99_000, toMs: 201_000 }]);
  const late = every(
    1000,
    upTo(300).filter((i) => i > 100),
  );
  expect([late.holes(300_000), late.missing(300_000)]).toEqual([[], [{ fromMs: 0, toMs: 101_000 }]]);
  expect([new Presence().holes(9), new Presence().missing(60_000)]).toEqual([[], [{ fromMs: 0, toMs: 60_000 }]]);
});

test('what was looked for and not there is a hole at once', () => {
  const presence = every(60_000, upTo(3));
  presence.absent(180_000);
  expect(presence.holes(240_000)).toEqual([{ fromMs: 180_000, toMs: 240_000 }]);
  presence.add(190_000);
  expect(presence.holes(240_000)).toEqual([{ fromMs: 180_000, toMs: 190_000 }]);
});

test('a hole is told from how far readings lie apart, however long it is', () => {
  const seen = (isThere: (second: number) => boolean) => every(1000, upTo(3600).filter(isThere)).holes(3_600_000);
  expect(seen((i) => i < 15 || i > 3585)).toEqual([{ fromMs: 14_000, toMs: 3_586_000 }]);
  expect(seen((i) => i < 360 || i > 3240)).toEqual([{ fromMs: 359_000, toMs: 3_241_000 }]);
  expect(seen((i) => i === 0 || i === 3599)).toEqual([{ fromMs: 0, toMs: 3_599_000 }]);
  expect(seen((i) => i % 300 === 0)).toEqual([]);
});
