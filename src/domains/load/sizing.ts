import type { PlanSummary } from '../../model/plan.ts';

/** How long a target may stand still before virtual users run out. */
const stallAllowanceS = 5;
const spare = 20;

/**
 * Virtual users for a plan: as many as sessions are under way at once by recorded times, a quarter more, and what piles up while the target
 * stands still for 5 s. Each is a JavaScript runtime of some 300 kB, so more are not free.
 */
export function virtualUsers(plan: PlanSummary): number {
  const sessionsPerSecond = plan.sessions / Math.max(1, plan.options.durationMs / 1000);
  const wanted = Math.ceil(plan.peakSessions * 1.25 + sessionsPerSecond * stallAllowanceS) + spare;
  return Math.max(1, Math.min(plan.sessions, wanted));
}

/**
 * Length of a window: a second for short runs, so that they have windows enough; a minute for long ones, so that they do not grow.
 * @param faults how long it took to notice and to recover is known no finer than by windows, so they stay shorter
 */
export function windowLengthMs(durationMs: number, faults = false): number {
  if (durationMs <= 10 * 60_000) return 1000;
  if (durationMs <= 2 * 3_600_000) return faults ? 2000 : 10_000;
  return faults ? 10_000 : 60_000;
}
