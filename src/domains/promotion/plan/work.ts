import { artifactsOf } from '../../../model/artifact.ts';
import type { Table } from '../../part.ts';
import { type ValidationContext, validationWork } from '../../validation.ts';
import type { PlanStep } from '../configuration.ts';
import { type Evidence, evidence, type Plan, type Step } from './evidence.ts';
import { judge } from './judge.ts';
import { moveOf, newestRehearsal } from './newest-rehearsal.ts';
import { planTables } from './tables.ts';

type Asked = Pick<ValidationContext, 'config' | 'services' | 'runFolder' | 'target' | 'teardown' | 'purpose'>;

/** The deployment plan: what was rehearsed, with what only the team knows. */
export const plan = validationWork<Evidence>({
  evidence,
  async run(context) {
    const { record } = context;
    record(await planOf(context));
    const { run, others, unreadable } = await newestRehearsal(context);
    record(run ?? { kind: 'no rehearsal', others, unreadable });
  },
  judge,
});

async function planOf({ config, target }: Pick<Asked, 'config' | 'target'>): Promise<Plan> {
  const { promotion, version, baselineVersion } = config;
  const { artifacts } = await target();
  const { owner, move, triggers, ...phases } = promotion.plan;
  const steps = (of: readonly PlanStep[]) => of.map((each) => stepOf(each, owner));
  return {
    ...{ kind: 'plan', version, previous: baselineVersion, commit: promotion.commit, owner, move, triggers },
    artifacts: artifactsOf(config.artifacts ?? [], artifacts).map(({ name, digest }) => ({ name, digest })),
    ...{ before: steps(phases.before), deploy: steps(phases.deploy) },
    ...{ after: steps(phases.after), rollback: steps(phases.rollback) },
  };
}

/** The plan as a report made now would have it. */
export async function planNow(context: Asked): Promise<{ owner: string | null; tables: Table[] }> {
  const asked = await planOf(context);
  const { run } = await newestRehearsal(context);
  return { owner: asked.owner, tables: planTables(asked, run ?? undefined, moveOf(run?.moves ?? [], asked.move)) };
}

function stepOf({ title, owner, command, goWhen, minutes }: PlanStep, lead: string | null): Step {
  return { title, owner: owner ?? lead, command: command ?? null, goWhen: goWhen ?? null, minutes: minutes ?? null };
}
