import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { abortMany, abortOrders } from './lane.ts';

/** `npm run bench:chaos` ends 500, and says how long it took until the faults were gone. */
const count = Number(process.env.SHAKEDOWN_ABORTS ?? 12);

test(`nothing is left of faults when the harness is ended at ${count} random moments`, {
  timeout: 60_000 + count * 10_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-residue-'));
  try {
    const aborts = await abortMany(folder, abortOrders(count, 7), 3);
    expect(aborts).toHaveLength(count);
    expect(aborts.flatMap(({ left }) => left)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
