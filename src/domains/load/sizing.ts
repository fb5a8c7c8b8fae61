import { ShakedownError } from '../../model/error.ts';
import type { PlanSummary } from '../../model/plan.ts';
import type { EngineInfo } from '../../model/results.ts';

/** How long a target may stand still before virtual users run out. */
const stallAllowanceS = 5;
const spare = 20;

/**
 * Virtual users for a plan: as many as sessions are under way at once by recorded times, a quarter more, and what piles up while the target
 * stands still for 5 s. Each has a connection, and in a stock k6 a JavaScript runtime of some 300 kB, so more are not free.
 */
export function virtualUsers(plan: PlanSummary): number {
  const sessionsPerSecond = plan.sessions / Math.max(1, plan.options.durationMs / 1000);
  const wanted = Math.ceil(plan.peakSessions * 1.25 + sessionsPerSecond * stallAllowanceS) + spare;
  return Math.max(1, Math.min(plan.sessions, wanted));
}

/** Sessions that one k6 process can have under way: of ours each costs a connection and its buffers, of a stock one a JavaScript runtime too. */
const mostUsers = { shakedown: 10_000, stock: 2_500 } as const;

/** @throws ShakedownError LOAD_SESSIONS when the load needs more virtual users than its generators can run */
export function checkUsers(plan: PlanSummary, users: number, { build }: EngineInfo, generators: number): void {
  if (build === 'embedded') return;
  const most = mostUsers[build] * generators;
  if (users <= most) return;
  const needed = Math.ceil(users / mostUsers[build]);
  throw new ShakedownError(
    'LOAD_SESSIONS',
    `This load has ${plan.peakSessions} sessions under way at once and needs ${users} virtual users; ${generators === 1 ? 'one k6 process runs' : `${generators} k6 processes run`} ${most} at the most.`,
    {
      hint: `Lower --rate or --scale, or share it between more processes: --parallelism ${needed}, on machines with memory for it (--engine kubernetes).`,
    },
  );
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
