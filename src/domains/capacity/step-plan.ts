import type { PlanOptions } from '../../model/plan.ts';
import { makePlan, type Plan, type PlanInput } from '../traffic/public.ts';

export interface StepPeriod {
  /** Of the step's clock: what is judged. */
  fromMs: number;
  toMs: number;
}

const nearEnough = 0.02;
const corrections = 2;

/**
 * Plans steps that ask for a rate in the interval that is judged. A plan's own rate is an average with its ramp-in, and recorded arrivals are uneven, so
 * each plan is measured and made again with what was missing; the correction is kept for the next.
 */
export function stepPlanner(
  input: Omit<PlanInput, 'options'>,
  load: Omit<PlanOptions, 'durationMs'>,
  durationMs: number,
  period: StepPeriod,
): (ratePerSecond: number, seed: number) => Promise<{ plan: Plan; plannedPerSecond: number }> {
  let correction = 1;
  return async (ratePerSecond, seed) => {
    for (let attempt = 0; ; attempt++) {
      const plan = await makePlan({
        ...input,
        options: {
          ...load,
          mode: 'bootstrap',
          shape: { kind: 'flat', points: [] },
          durationMs,
          ratePerSecond: ratePerSecond * correction,
          seed: (load.seed + seed) % 0x100000000,
        },
      });
      const plannedPerSecond = (1000 * (await dueIn(plan, period))) / (period.toMs - period.fromMs);
      if (
        plannedPerSecond <= 0 ||
        Math.abs(plannedPerSecond / ratePerSecond - 1) <= nearEnough ||
        attempt === corrections
      ) {
        return { plan, plannedPerSecond };
      }
      correction *= Math.min(4, Math.max(0.25, ratePerSecond / plannedPerSecond));
    }
  };
}

async function dueIn(plan: Plan, { fromMs, toMs }: StepPeriod): Promise<number> {
  let due = 0;
  for await (const { startMs, requests } of plan.sessions()) {
    for (const { dueMs } of requests) if (startMs + dueMs >= fromMs && startMs + dueMs < toMs) due++;
  }
  return due;
}
