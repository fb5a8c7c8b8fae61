import { setTimeout as sleep } from 'node:timers/promises';
import type { SampleDefects } from '../defects.ts';
import { seededRandom } from '../random.ts';
import type { Database } from './database.ts';

/** Runs the answering of a request when one of the instance's workers is free for it. */
export type Workers = <T>(answer: () => Promise<T>) => Promise<T>;

/** Any number that is no other lock's. */
const lock = 7331;
/** The lock is held until the statement ends; whoever comes later waits for it in the database, in order. */
const sharedSql = { name: 'shared-work', text: `SELECT pg_advisory_xact_lock(${lock}), pg_sleep($1)` };

/**
 * A limit of the instance's own, so that its capacity is known and does not depend on the machine: so many requests at a time, each for so
 * long, first come first served. A part of the time, exponentially distributed around its mean, is spent one at a time for all instances. Null: no such limit.
 */
export function createWorkers(
  { workers = 0, workMs = 0, sharedMs = 0 }: SampleDefects,
  seed: number,
  database: Pick<Database, 'rows'>,
): Workers | null {
  if (workers === 0 && sharedMs === 0) return null;
  const dice = seededRandom(seed + 104_729);
  const waiting: (() => void)[] = [];
  let free = workers === 0 ? Number.POSITIVE_INFINITY : workers;
  const ownMs = Math.max(0, workMs - sharedMs);
  return async (answer) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      if (ownMs > 0) await sleep(ownMs);
      if (sharedMs > 0) await database.rows(sharedSql, [(-sharedMs * Math.log(1 - dice())) / 1000]);
      return await answer();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
