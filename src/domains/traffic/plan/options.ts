import { ShakedownError } from '../../../model/error.ts';
import type { PlanOptions } from '../../../model/plan.ts';

/** @throws ShakedownError PLAN_OPTIONS */
export function checkOptions(options: PlanOptions): void {
  const positive = { durationMs: options.durationMs, scale: options.scale, speed: options.speed };
  for (const [name, value] of Object.entries(positive)) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new ShakedownError('PLAN_OPTIONS', `${name} is ${value}: it must be a number above 0.`);
    }
  }
  const rate = options.ratePerSecond;
  if (rate !== undefined && !(rate > 0 && Number.isFinite(rate))) {
    throw new ShakedownError('PLAN_OPTIONS', `ratePerSecond is ${rate}: it must be a number above 0.`);
  }
  if (!Number.isSafeInteger(options.seed)) {
    throw new ShakedownError('PLAN_OPTIONS', `seed is ${options.seed}: it must be a whole number.`);
  }
}

/**
 * How long after the run's end requests of sessions that are under way are still sent: a tenth of the run, 1 to 30 s. Without an end a
 * one-minute run would wait for the longest session of the recording.
 */
export function graceMs(durationMs: number): number {
  return Math.min(Math.max(durationMs / 10, 1_000), 30_000);
}
