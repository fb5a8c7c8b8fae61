import { setTimeout as wait } from 'node:timers/promises';

/** Time as a run sees it; injected, so that tests need not wait. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. */
  now(): number;
  /** Milliseconds from an arbitrary start; never jumps back. */
  monotonicMs(): number;
  /** @throws AbortError when the signal fires */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    await wait(ms, undefined, signal === undefined ? {} : { signal });
  },
};
