import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { LoadState } from '../../../../src/domains/load/judging/reading.ts';
import { foldRun } from '../../../../src/run/results/fold.ts';
import { makeRun } from '../../../run/results/run-folder.ts';

test('failures that are repeated are added to those told of first, with their message', async () => {
  const seen = { kind: 'http', status: 503, route: 1, atMs: 1200, message: 'out of stock' } as const;
  const folder = await makeRun({
    windows: 2,
    windowMs: 1000,
    rate: 50,
    more: [
      { type: 'shakedown.error.seen', data: { ...seen, count: 2 } },
      { type: 'shakedown.errors.repeated', data: { errors: [['http', 503, 1, 1900, 40]] } },
    ],
  });
  try {
    const { parts } = await foldRun(folder);
    const state = parts.find(({ id }) => id === 'load')?.state as LoadState;
    const { errors } = state.fold;
    expect([errors.total, errors.certain]).toEqual([42, 42]);
    const { groups } = errors.groups([], 5);
    expect(groups).toMatchObject([
      { status: 503, count: 42, firstAtMs: 1200, lastAtMs: 1900, message: 'out of stock' },
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
