import { expect, test } from 'vitest';
import { inOrder, nextRound } from '../../.ci/plan.ts';

const files = [
  { path: 'old-short', seconds: 10, changedAt: 1 },
  { path: 'old-long', seconds: 300, changedAt: 1 },
  { path: 'new-long', seconds: 400, changedAt: 9 },
  { path: 'new-short', seconds: 50, changedAt: 9 },
];
const names = (chosen: { path: string }[]) => chosen.map(({ path }) => path);

test('newest-changed first, then the shortest, as far as the time goes', () => {
  const ordered = inOrder(files);
  expect(names(ordered)).toEqual(['new-short', 'new-long', 'old-short', 'old-long']);
  expect(names(nextRound(ordered, 1000, 1000))).toEqual(names(ordered));
  // What does not fit is passed over for what does.
  expect(names(nextRound(ordered, 100, 1000))).toEqual(['new-short', 'old-short']);
  expect(nextRound(ordered, 9, 1000)).toEqual([]);
});

test('a round is short, but one file may be longer than a round', () => {
  expect(names(nextRound(inOrder(files), 1000, 100))).toEqual(['new-short', 'old-short']);
  expect(names(nextRound([{ path: 'long', seconds: 400, changedAt: 0 }], 1000, 100))).toEqual(['long']);
});
