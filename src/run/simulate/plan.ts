import { checkUsers, virtualUsers, windowLengthMs } from '../../domains/load/public.ts';
import { makePlan, type Plan } from '../../domains/traffic/public.ts';
import type { RecordedSession } from '../../model/traffic.ts';
import type { SimulateOptions } from '../progress.ts';
import type { Preparing } from './prepare.ts';
import type { Resumable } from './resume.ts';

/** What is to be sent, and how it is measured. */
export interface Planned {
  plan: Plan;
  windowMs: number;
  users: number;
}

/** Plans the load; the companions see each session of the recording. @throws ShakedownError PLAN_… */
export async function planRun(
  { config, durationMs, onEvent, parallelism }: SimulateOptions,
  { planInput, companions, engine }: Pick<Preparing, 'planInput' | 'companions' | 'engine'>,
  resumed: Resumable | null,
): Promise<Planned> {
  onEvent({ kind: 'phase', text: 'planning' });
  const seen = (session: RecordedSession) => companions.recorded(session);
  const plan = await makePlan({ ...planInput, seen, options: { ...config.load, durationMs } });
  const windowMs =
    resumed?.windowMs ?? config.windows.durationMs ?? windowLengthMs(durationMs, companions.injectsFaults);
  const users = virtualUsers(plan.summary);
  checkUsers(plan.summary, users, engine.info, parallelism ?? 1);
  return { plan, windowMs, users };
}
