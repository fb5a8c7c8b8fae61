import { setTimeout as sleep } from 'node:timers/promises';
import type { ProofCheck, WatchedFault } from '../../model/chaos.ts';

/** Between two looks, ms. */
const everyMs = 250;
/** A look that takes long is had less often: at most this share of the time goes to looking. */
const busyShare = 0.05;
/** Longest that taking a fault away waits for the last look, ms. */
const lastLookMs = 1_000;

/** Looks again and again whether a fault that was proved is still there. */
export interface FaultWatch {
  /** A last look, unless there is no time for it, and what was seen of all. */
  end(isHurried: boolean): Promise<WatchedFault>;
}

/**
 * @param still whether it is there; it throws where that cannot be known
 * @param now time of the run, ms
 */
export function watchFault(still: () => Promise<ProofCheck>, now: () => number): FaultWatch {
  const ended = new AbortController();
  const seen: WatchedFault = { looks: 0, seenUntilMs: now(), gone: null };
  const look = async () => {
    const atMs = now();
    const check = await still();
    seen.looks++;
    if (check.held) seen.seenUntilMs = Math.max(seen.seenUntilMs, atMs);
    else seen.gone ??= check;
  };
  const watch = async () => {
    let tookMs = 0;
    while (seen.gone === null) {
      await sleep(Math.max(everyMs, tookMs / busyShare), undefined, { signal: ended.signal, ref: false });
      const beganMs = performance.now();
      // One that could not be had says nothing; the next one may.
      await look().catch(() => {});
      tookMs = performance.now() - beganMs;
    }
  };
  const watching = watch().catch(() => {});
  return {
    async end(isHurried) {
      ended.abort();
      if (isHurried) return { ...seen };
      const late = sleep(lastLookMs, 'no answer in time' as const, { ref: false });
      const last = watching
        .then(() => (seen.gone === null ? look() : undefined))
        .catch((error: Error) => error.message);
      const why = await Promise.race([last, late]);
      // What cannot be seen to be there at the end was last there when it was last seen.
      if (typeof why === 'string')
        seen.gone ??= { what: 'a look at it', expected: 'an answer', measured: why, held: false };
      return { ...seen };
    },
  };
}
