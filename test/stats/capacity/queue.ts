import type { CapacityStep } from '../../../src/model/capacity.ts';
import { type StepOutcome, searchCapacity, type WantedStep } from '../../../src/stats/capacity/search.ts';
import { seeded } from '../../random.ts';

export interface Seen {
  outcome: StepOutcome;
  p95Ms: number;
  reason: string | null;
}

/** Searches for the capacity of what `run` stands for, in steps of 20 s. */
export function search(seed: number, run: (wanted: WantedStep) => Seen, startPerSecond = 50): CapacityStep[] {
  const steps: CapacityStep[] = [];
  const wanted = searchCapacity({ startPerSecond, random: seeded(seed) });
  for (let next = wanted.next(); next.done !== true; ) {
    const { phase, ratePerSecond } = next.value;
    const { outcome, p95Ms, reason } = run(next.value);
    steps.push({
      startMs: steps.length * 20_000,
      durationMs: 20_000,
      phase,
      plannedRatePerSecond: ratePerSecond,
      achievedRatePerSecond: ratePerSecond,
      p50Ms: p95Ms,
      p95Ms,
      p99Ms: p95Ms,
      errorPercent: 0,
      instances: null,
      outcome,
      reason,
    });
    next = wanted.next(outcome);
  }
  return steps;
}

/** One server that takes 1 ms a request, Poisson arrivals, 20 s of which the first 5 settle: 1,000 a second and not one more. */
export function queue(random: () => number): (wanted: WantedStep) => Seen {
  return ({ ratePerSecond }) => {
    const times: number[] = [];
    let freeMs = 0;
    for (let atMs = 0; atMs < 20_000; atMs += (-Math.log(1 - random()) * 1000) / ratePerSecond) {
      freeMs = Math.max(freeMs, atMs) + 1;
      if (atMs >= 5000) times.push(freeMs - atMs);
    }
    times.sort((a, b) => a - b);
    const p95Ms = times[Math.floor(times.length * 0.95)] ?? 0;
    return p95Ms < 100
      ? { outcome: 'held', p95Ms, reason: null }
      : { outcome: 'missed', p95Ms, reason: 'p95 above 100 ms' };
  };
}
