import { setTimeout as sleep } from 'node:timers/promises';

const firstAfterMs = 3000;
const pauseMs = 1000;
const lookEveryMs = 500;
const betweenMs = { least: 15_000, most: 300_000 };
const roundsUsually = 20;

export interface RoundsInput {
  durationMs: number;
  /** null: by the length of the load. */
  rounds: number | null;
  /** The run's clock, ms. */
  now(): number;
  /** A fault is on, or has just ended: then rounds follow one another, as faults are short. */
  isFaultOn(atMs: number): boolean;
  signal: AbortSignal;
  /** @returns how long it took, ms */
  run(): Promise<number>;
}

/** From the beginning of one round to that of the next: 20 rounds over the load, each 15 s to 5 min after the one before. */
export function betweenRoundsMs(durationMs: number, rounds: number | null): number {
  if (rounds !== null) return durationMs / rounds;
  return Math.min(betweenMs.most, Math.max(betweenMs.least, durationMs / roundsUsually));
}

/** Runs rounds until the load is about to end, or as many as were asked for. A round that could not be ended in time is not begun. */
export async function runRounds({ durationMs, rounds, now, isFaultOn, signal, run }: RoundsInput): Promise<void> {
  const everyMs = betweenRoundsMs(durationMs, rounds);
  let lastTookMs = 0;
  await until(() => now() >= Math.min(firstAfterMs, durationMs / 10), signal);
  for (let done = 0; !signal.aborted; done++) {
    const startedMs = now();
    // The first is always begun: a short load has no other.
    if (done > 0 && durationMs - startedMs < lastTookMs) break;
    lastTookMs = await run();
    if (rounds !== null && done + 1 >= rounds) break;
    const endedMs = now();
    await until(() => {
      const atMs = now();
      return atMs >= endedMs + pauseMs && (atMs >= startedMs + everyMs || isFaultOn(atMs));
    }, signal);
  }
}

async function until(isDue: () => boolean, signal: AbortSignal): Promise<void> {
  while (!isDue() && !signal.aborted) await sleep(lookEveryMs, undefined, { signal }).catch(() => {});
}
