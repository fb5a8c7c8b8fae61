import { setTimeout as sleep } from 'node:timers/promises';
import type { HealthCheck } from '../companion.ts';

const pauseMs = 500;
const betweenMs = 200;
const restAtMostMs = 15_000;
/** A check this many times as slow as an idle target's is not back yet; faster than this it always is. */
const slowdown = 3;
const quickMs = 50;
const inARow = 3;

export interface Rest {
  /** Waits until the target answers as it did when idle. @returns false when it did not within 15 s */
  wait(signal: AbortSignal): Promise<boolean>;
}

/** Learns how fast the idle target answers its health check. */
export async function learnRest(check: () => Promise<HealthCheck>): Promise<Rest> {
  let idleMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) idleMs = Math.min(idleMs, (await timed(check)).ms);
  const backMs = Math.max(quickMs, idleMs * slowdown);
  return {
    async wait(signal) {
      const until = performance.now() + restAtMostMs;
      await pause(pauseMs, signal);
      for (let good = 0; performance.now() < until && !signal.aborted; ) {
        const { up, ms } = await timed(check);
        good = up && ms <= backMs ? good + 1 : 0;
        if (good >= inARow) return true;
        await pause(betweenMs, signal);
      }
      return signal.aborted;
    },
  };
}

async function timed(check: () => Promise<HealthCheck>): Promise<{ up: boolean; ms: number }> {
  const began = performance.now();
  const { up } = await check();
  return { up, ms: performance.now() - began };
}

/** An abort is no error here: the caller checks the signal. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
