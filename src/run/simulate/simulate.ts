import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenRun } from '../../domains/companion.ts';
import {
  addBaseline,
  chooseBaselines,
  recordEnd,
  replay,
  virtualUsers,
  windowLengthMs,
} from '../../domains/load/public.ts';
import { makePlan, type Plan } from '../../domains/traffic/public.ts';
import { removeManifest } from '../../evidence/manifest.ts';
import { RunClock } from '../../evidence/run-clock.ts';
import type { RecordedSession } from '../../model/traffic.ts';
import type { SimulateOptions, SimulateOutcome } from '../progress.ts';
import { foldRun, readEvents } from '../results/fold.ts';
import { recordBeginning } from './begin.ts';
import { type Job, runJob } from './job.ts';
import { reportRun } from './outcome.ts';
import { type Prepared, prepareRun } from './prepare.ts';
import { goesOnAt, type Resumable, readResumable, refuseOtherArtifacts, refuseOtherPlan } from './resume.ts';

/**
 * The main job: prepares and plans a replay of the recorded traffic, sends it to the target with what runs beside it, and ends both; then judges what
 * was measured and writes the reports.
 * @throws ShakedownError for what stands in the way before the load begins; from then on there is always a report
 */
export async function simulate(options: SimulateOptions): Promise<SimulateOutcome> {
  const { config, onEvent } = options;
  const ended = await runJob(options, async (job) => {
    const resumed = options.resume === undefined ? null : await readResumable(job.run.path, config, Date.now());
    if (resumed !== null) onEvent({ kind: 'run', id: job.run.id });
    const prepared = await prepareRun({ ...options, runId: job.run.id }, job.teardown, resumed?.targetUrl ?? null);
    const planned = await planRun(options, prepared, resumed);
    if (resumed === null) await begin(options, job, prepared, planned);
    else await goOn(job, prepared, planned, resumed);
    job.begun();
    await measure(options, job, prepared, planned, resumed);
  });
  const outcome = await reportRun(ended.folder, { ...options, failure: ended.failure });
  if (outcome.results.verdict === 'pass') {
    const keep = foldRun(outcome.folder).then(({ facts }) => addBaseline(facts, config.baselines));
    await keep.catch((error: Error) => onEvent({ kind: 'warning', text: error.message }));
  }
  return outcome;
}

interface Planned {
  plan: Plan;
  windowMs: number;
  users: number;
}

async function planRun(
  { config, durationMs, onEvent }: SimulateOptions,
  { planInput, companions }: Prepared,
  resumed: Resumable | null,
): Promise<Planned> {
  onEvent({ kind: 'phase', text: 'planning' });
  const seen = (session: RecordedSession) => companions.recorded(session);
  const plan = await makePlan({ ...planInput, seen, options: { ...config.load, durationMs } });
  const windowMs =
    resumed?.windowMs ?? config.windows.durationMs ?? windowLengthMs(durationMs, companions.injectsFaults);
  return { plan, windowMs, users: virtualUsers(plan.summary) };
}

/** Writes down what is to be done, in a new run. */
async function begin(options: SimulateOptions, { run, journal }: Job, prepared: Prepared, planned: Planned) {
  const { plan, windowMs, users } = planned;
  await writeFile(join(run.path, 'plan.json'), `${JSON.stringify(plan.summary, null, 2)}\n`);
  recordBeginning(journal, prepared, {
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
async function goOn({ run }: Job, { companions, target }: Prepared, { plan }: Planned, resumed: Resumable) {
  refuseOtherArtifacts(resumed.artifacts, target.artifacts);
  refuseOtherPlan(resumed.plan, plan.summary);
  // What was sealed when it was cut off is added to from here on.
  removeManifest(run.path);
  await companions.recall(readEvents(join(run.path, 'journal.ndjson'), () => {}));
}

/** Replays the plan, with what runs beside it. */
async function measure(
  options: SimulateOptions,
  { run, journal, panels, evidence, teardown, failed }: Job,
  { asked, config, engine, target, overlay, companions }: Prepared,
  { plan, windowMs, users }: Planned,
  resumed: Resumable | null,
): Promise<void> {
  const { durationMs, signal, parallelism, onEvent } = options;
  const clock = new RunClock();
  if (resumed !== null) clock.set(resumed.zero.getTime());
  const now = () => clock.nowMs();
  const warn = (text: string) => {
    journal.append('shakedown.warning', { message: text });
    onEvent({ kind: 'warning', text });
  };
  onEvent({ kind: 'phase', text: `starting ${engine.info.name}, ${users} virtual users` });
  const here = engine.run.name === 'k6' && engine.run.places === undefined ? engine.run.k6 : null;
  const beside: Omit<OpenRun, 'note'> = {
    ...{ ...asked, target, journal, overlay, now, warn, runFolder: run.path },
    engine: { k6: here, ...(engine.ask === undefined ? {} : { ask: engine.ask }) },
    disturbed: (fromMs, toMs) => companions.disturbed(fromMs, toMs),
  };
  await companions.open(beside, teardown, (domain, text) => panels.note(domain, text));
  const outcome = await replay({
    ...{ config, manifest: asked.manifest, plan, durationMs, windowMs, overlay, journal, evidence, signal, now },
    ...{ engine: engine.run, virtualUsers: users, runFolder: run.path, show: onEvent },
    ...(parallelism === undefined ? {} : { parallelism }),
    ...(resumed === null ? {} : { resumed: goesOnAt(resumed, users) }),
    disturbed: beside.disturbed,
    begun(zeroMs, fromMs) {
      clock.set(zeroMs);
      companions.begin(fromMs);
      onEvent({ kind: 'phase', text: 'replaying' });
    },
    progress: (atMs, done, failed) => companions.progress(atMs, done, failed),
  });
  await companions.end();
  recordEnd(journal, outcome);
  journal.append('shakedown.run.ended', { endedAt: new Date().toISOString() });
  if (outcome.failure !== undefined) failed(outcome.failure);
}
