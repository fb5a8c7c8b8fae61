import { expect, test } from 'vitest';
import { LostGenerators, lostLines, lostShare } from '../../../../src/domains/load/judging/lost.ts';
import type { WindowResult } from '../../../../src/model/results.ts';

const windows = [
  { planned: 6000, unsent: 900, lost: 900 },
  { planned: 5800, unsent: 430, lost: 405 },
  { planned: 200, unsent: 3 },
] as WindowResult[];

function lost(...events: Parameters<LostGenerators['add']>[0][]) {
  const found = new LostGenerators();
  for (const event of events) found.add(event);
  return found.list;
}

const ended = {
  type: 'shakedown.generator.ended',
  data: { atMs: 14_010, shard: 1, reason: 'killed', lost: 455 },
} as const;

test('what was lost in all takes the place of what a generator had, for the one that it was', () => {
  const other = { ...ended, data: { ...ended.data, shard: 0 } };
  const known = { atMs: 14_010, shard: 1, fromMs: 13_960, toMs: 34_210, lost: 1305 };
  expect(lost(ended, other, { type: 'shakedown.generator.lost', data: known })).toEqual([
    { shard: 1, reason: 'killed', atMs: 14_010, fromMs: 13_960, toMs: 34_210, lost: 1305 },
    { shard: 0, reason: 'killed', atMs: 14_010, fromMs: 14_010, toMs: 14_010, lost: 455 },
  ]);
});

test('what was lost is one line, with its share and its time', () => {
  const of = (shard: number, fromMs: number) => ({
    shard,
    reason: '',
    atMs: fromMs,
    fromMs,
    toMs: fromMs + 5000,
    lost: 300,
  });
  expect(lostLines([of(0, 61_250)], windows)).toEqual([
    '1,305 of 12,000 requests (11 %) were lost, because a load generator died: from 1 min 1.3 s to 1 min 6.3 s.',
  ]);
  // Before its windows were written, only generators are known to have lost something.
  const unwritten = [{ planned: 12_000, unsent: 0 }] as WindowResult[];
  expect(
    lostLines(
      [1, 2, 3, 4, 5].map((one) => of(0, one * 10_000)),
      unwritten,
    )[0],
  ).toBe(
    '1,500 of 12,000 requests (13 %) were lost, because 5 load generators died: from 10.0 s to 15.0 s, from 20.0 s to 25.0 s, from 30.0 s to 35.0 s and 2 more times.',
  );
  expect(lostLines([{ ...of(0, 0), lost: 0 }], windows)).toEqual([]);
});

test('the share that was lost is of what was planned, without what was unsent for another reason', () => {
  expect(lostShare(windows)).toBeCloseTo(1305 / 12_000, 10);
  expect(lostShare([])).toBe(0);
});
