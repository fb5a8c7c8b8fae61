import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeLock } from '../../evidence/lock.ts';
import { ShakedownError } from '../../model/error.ts';
import type { Adapter, Outcome } from './request/adapter.ts';
import type { RequestContent } from './request/content.ts';

const patienceMs = 120_000;
const pauseMs = 100;

/**
 * Sends a request wherever it is to go, one promotion of a reports folder after the other, so that two at once ask for one deployment.
 * @param base folder of the runs
 * @throws ShakedownError PROMOTION_BUSY
 */
export async function sendAll(
  adapters: readonly Adapter[],
  content: RequestContent,
  { base, signal }: { base: string; signal: AbortSignal },
): Promise<Outcome[]> {
  const release = await lockOf(base, signal);
  try {
    const outcomes: Outcome[] = [];
    for (const adapter of adapters) {
      if (signal.aborted)
        outcomes.push({ what: adapter.name, ok: false, says: 'It was interrupted before this was sent.' });
      else outcomes.push(...(await adapter.send(content, signal)));
    }
    return outcomes;
  } finally {
    release();
  }
}

async function lockOf(base: string, signal: AbortSignal): Promise<() => void> {
  const file = join(base, '.promotion.lock');
  const until = Date.now() + patienceMs;
  for (;;) {
    const lock = await takeLock(file, Date.now());
    if ('release' in lock) return lock.release;
    if (Date.now() > until || signal.aborted)
      throw new ShakedownError('PROMOTION_BUSY', `Another promotion is sending its request: process ${lock.pid}.`, {
        hint: `Wait for it to end, and promote again. If nothing works on it, remove ${file}.`,
      });
    await sleep(pauseMs);
  }
}
