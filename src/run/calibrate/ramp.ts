import type { PlanOptions } from '../../model/plan.ts';

/** A rate that rises by the same factor in each second. */
export interface Ramp {
  fromPerSecond: number;
  toPerSecond: number;
  durationMs: number;
}

/** Up to what a small Node server on one processor answers. */
export const usualRamp: Ramp = { fromPerSecond: 250, toPerSecond: 16_000, durationMs: 30_000 };

/** The ramp as a load profile: its average rate, and its shape in factors of that. */
export function profileOf({ fromPerSecond, toPerSecond, durationMs }: Ramp): {
  mode: PlanOptions['mode'];
  ratePerSecond: number;
  shape: [at: number, factor: number][];
} {
  const steps = Math.max(2, Math.round(durationMs / 1000));
  const rates = Array.from(
    { length: steps + 1 },
    (_, step) => fromPerSecond * (toPerSecond / fromPerSecond) ** (step / steps),
  );
  // The plan draws straight lines between the points.
  const ratePerSecond = rates.slice(1).reduce((sum, rate, step) => sum + (rate + (rates[step] ?? 0)) / 2, 0) / steps;
  return {
    mode: 'bootstrap',
    ratePerSecond,
    shape: rates.map((rate, step) => [step / steps, rate / ratePerSecond]),
  };
}
