import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseBaselines } from '../../domains/load/public.ts';
import type { Journal } from '../../evidence/journal.ts';
import { removeManifest } from '../../evidence/manifest.ts';
import type { PlanSummary } from '../../model/plan.ts';
import type { SimulateOptions } from '../progress.ts';
import { foldRun, readEvents } from '../results/fold.ts';
import type { Job } from './job.ts';
import type { Planned } from './plan.ts';
import type { Prepared } from './prepare.ts';
import { type Resumable, refuseOtherArtifacts, refuseOtherPlan } from './resume.ts';
import { runStarted } from './started.ts';

export interface Beginning {
  runId: string;
  command: string;
  durationMs: number;
  plan: PlanSummary;
  windowMs: number;
  virtualUsers: number;
  /** Absent: the run cannot be resumed. */
  invocation?: {
    configFile: string | null;
    overrides: unknown;
    parallelism: number;
    options: Readonly<Record<string, unknown>>;
  };
}

/** Writes down how a run begins: what is tested, with which plan and engine. */
export async function recordBeginning(
  journal: Journal,
  { config, manifest, engine, target, companions }: Prepared,
  begin: Beginning,
): Promise<void> {
  const { runId, command, durationMs, plan, windowMs, virtualUsers, invocation } = begin;
  journal.append('shakedown.run.started', {
    ...(await runStarted(config, {
      ...{ runId, command, durationMs, target },
      programs: [...engine.programs, ...companions.programs],
    })),
    ...(invocation === undefined ? {} : { invocation }),
  });
  const recording = {
    name: manifest.name,
    requests: manifest.requests,
    sessions: manifest.sessions,
    durationMs: manifest.durationMs,
    timeResolutionMs: manifest.timeResolutionMs,
    privacy: manifest.privacy,
    declaredOwn: config.traffic.declaredOwn,
    notReplayable: manifest.notReplayable,
  };
  journal.append('shakedown.plan.ready', { plan, recording });
  journal.append('shakedown.engine.started', { ...engine.info, windowMs, virtualUsers });
}

/** Writes down what is to be done, in a new run. */
export async function beginRun(
  options: SimulateOptions,
  { run, journal }: Job,
  prepared: Prepared,
  planned: Planned,
): Promise<void> {
  const { plan, windowMs, users } = planned;
  await writeFile(join(run.path, 'plan.json'), `${JSON.stringify(plan.summary, null, 2)}\n`, { mode: 0o600 });
  await recordBeginning(journal, prepared, {
    runId: run.id,
    command: options.command,
    durationMs: options.durationMs,
    plan: plan.summary,
    windowMs,
    virtualUsers: users,
    invocation: {
      configFile: options.configFile,
      overrides: options.overrides ?? {},
      parallelism: options.parallelism ?? 1,
      options: options.companionOptions ?? {},
    },
  });
  for (const message of prepared.warnings) journal.append('shakedown.warning', { message });
  await chooseBaselines((await foldRun(run.path)).facts, options.config.baselines);
}

/** The same in a run that goes on, where it is written down already. @throws ShakedownError RESUME_ARTIFACTS, RESUME_PLAN */
export async function goOn(
  { run }: Job,
  { companions, target }: Prepared,
  { plan }: Planned,
  resumed: Resumable,
): Promise<void> {
  refuseOtherArtifacts(resumed.artifacts, target.artifacts);
  refuseOtherPlan(resumed.plan, plan.summary);
  // What was sealed when it was cut off is added to from here on.
  removeManifest(run.path);
  await companions.recall(readEvents(join(run.path, 'journal.ndjson'), () => {}));
}
