import { artifactsOf } from '../../../model/artifact.ts';
import { validationWork } from '../../validation.ts';
import type { PlanStep } from '../configuration.ts';
import { type Evidence, evidence, type Step } from './evidence.ts';
import { judge } from './judge.ts';
import { newestRehearsal } from './newest-rehearsal.ts';

/** The deployment plan: what was rehearsed, with what only the team knows. */
export const plan = validationWork<Evidence>({
  evidence,
  async run(context) {
    const { config, record, target } = context;
    const { promotion, version, baselineVersion } = config;
    const { artifacts } = await target();
    const { owner, move, triggers, ...phases } = promotion.plan;
    const steps = (of: readonly PlanStep[]) => of.map((each) => stepOf(each, owner));
    record({
      ...{ kind: 'plan', version, previous: baselineVersion, commit: promotion.commit, owner, move, triggers },
      artifacts: artifactsOf(config.artifacts ?? [], artifacts).map(({ name, digest }) => ({ name, digest })),
      ...{ before: steps(phases.before), deploy: steps(phases.deploy) },
      ...{ after: steps(phases.after), rollback: steps(phases.rollback) },
    });
    const { run, others, unreadable } = await newestRehearsal(context);
    record(run ?? { kind: 'no rehearsal', others, unreadable });
  },
  judge,
});

function stepOf({ title, owner, command, goWhen, minutes }: PlanStep, lead: string | null): Step {
  return { title, owner: owner ?? lead, command: command ?? null, goWhen: goWhen ?? null, minutes: minutes ?? null };
}
