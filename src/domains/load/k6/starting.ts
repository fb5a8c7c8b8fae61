import { setTimeout as wait } from 'node:timers/promises';
import type { Generator } from './generator.ts';
import type { Leg } from './leg.ts';

const againAfterMs = 5000;

interface Starting {
  shard: number;
  leg: Leg;
  launch(): Promise<Generator>;
  /** Of the load. */
  isOver(): boolean;
  /** In its part of the load. */
  isTimeLeft(): boolean;
  /** Ends the waiting for another try. */
  over: AbortSignal;
  warn(message: string): void;
  /** It could not be started, and nobody sees to its sessions. */
  giveUp(message: string): void;
}

/** Starts a generator, again and again as long as others see to its sessions; null: there is no need any more. */
export async function startedInTime(starting: Starting): Promise<Generator | null> {
  const { shard, leg, launch, isOver, isTimeLeft, over, warn, giveUp } = starting;
  for (let tries = 1; !isOver() && isTimeLeft(); tries++) {
    leg.starting++;
    try {
      return await launch();
    } catch (error) {
      if (isOver()) return null;
      const { message } = error as Error;
      if (!leg.isServed && leg.starting === 1) giveUp(message);
      else if (tries === 1) warn(`Load generator ${shard} could not be started yet: ${message}`);
    } finally {
      leg.starting--;
    }
    await wait(againAfterMs, null, { signal: over }).catch(() => {});
  }
  return null;
}
