import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowsers } from '../../domains/browsers/open.ts';
import { openFaults } from '../../domains/chaos/run/open.ts';
import { followedSettings, RecordedTally } from '../../domains/journeys/public.ts';
import { runLoad } from '../../domains/load/run.ts';
import { virtualUsers, windowLengthMs } from '../../domains/load/sizing.ts';
import { mergeLengths } from '../../domains/load/windows/merging.ts';
import { packRoutes } from '../../domains/load/windows/route-windows.ts';
import { watchHealth } from '../../domains/monitoring/health.ts';
import { watchRun } from '../../domains/monitoring/watch-run.ts';
import { makePlan, type Plan } from '../../domains/traffic/plan/plan.ts';
import { openScenarios } from '../../domains/uat/beside-load/session.ts';
import { surveyOf } from '../../domains/uat/run/feedback.ts';
import { addBaseline, chooseBaselines } from '../../evidence/baselines.ts';
import { type Journal, openJournal } from '../../evidence/journal.ts';
import { type Evidence, keepEvidence } from '../../evidence/keep-evidence.ts';
import { RunClock } from '../../evidence/run-clock.ts';
import { createRunFolder, reopenRunFolder } from '../../evidence/run-folder.ts';
import { type Teardown, withTeardown } from '../../evidence/teardown.ts';
import type { JourneySettings } from '../../model/journeys.ts';
import type { RecordedSession } from '../../model/traffic.ts';
import { heard } from '../live/heard.ts';
import type { SimulateOptions, SimulateOutcome } from '../progress.ts';
import { toldBy } from './listener.ts';
import { reportRun, tellFailure } from './outcome.ts';
import { type Prepared, prepareRun, tellBeginning } from './prepare.ts';
import { type Resumable, readResumable, refuseOtherPlan } from './resume.ts';

/** From finding k6 to its first request, where the machine is busy. */
const resumeLeadMs = 4000;

/**
 * The main job: plans the recorded traffic, replays it against the target, judges what was measured and writes the reports.
 * @throws ShakedownError for what stands in the way before the load begins; from then on there is always a report
 */
export async function simulate(options: SimulateOptions): Promise<SimulateOutcome> {
  const { resume, config } = options;
  const run = resume === undefined ? await createRunFolder(config.reports.folder) : await reopenRunFolder(resume);
  let begun = false;
  try {
    await withTeardown(async (teardown) => {
      teardown.before('release the run folder', () => run.release());
      const resumed = resume === undefined ? null : await readResumable(run.path, config, Date.now());
      const raw = openJournal(join(run.path, 'journal.ndjson'), { source: `shakedown/runs/${run.id}` });
      teardown.before('close the journal', () => raw.close());
      const { journal: kept, evidence } = keepEvidence(run.path, raw);
      teardown.before('take the reserve away', () => evidence.release());
      const journal = heard(kept, options.onEvent);
      if (resume !== undefined) options.onEvent({ kind: 'run', id: run.id });
      const onBegin = () => (begun = true);
      await measure({ options, run, journal, evidence, teardown, resumed, onBegin });
      evidence.check();
    });
  } catch (error) {
    if (!begun) {
      // Nothing was measured: an empty run would only be in the way. One that could not go on has been measured before.
      if (resume === undefined) await rm(run.path, { recursive: true, force: true });
      throw error;
    }
    // What was measured is reported, and the error with it.
    tellFailure(error, options.onEvent);
  }
  const outcome = await reportRun(run.path, options);
  if (outcome.results.verdict === 'pass') {
    const keep = addBaseline(run.path, options.config.baselines);
    await keep.catch((error: Error) => options.onEvent({ kind: 'warning', text: error.message }));
  }
  return outcome;
}

interface Measurement {
  options: SimulateOptions;
  run: { id: string; path: string };
  journal: Journal;
  evidence: Evidence;
  teardown: Teardown;
  resumed: Resumable | null;
  onBegin(): void;
}

async function measure(measurement: Measurement): Promise<void> {
  const { options, run, journal, teardown, resumed, onBegin } = measurement;
  const { config, durationMs } = options;
  const storeSurvey = await surveyOf(config);
  const uat = options.uat ?? config.uat.duringLoad.run;
  const asked = { ...options, ...(uat === null ? {} : { uat }), runId: run.id };
  const prepared = await prepareRun(asked, teardown, resumed?.targetUrl ?? null);
  options.onEvent({ kind: 'phase', text: 'planning' });
  const settings = followedSettings(config.journeys, prepared.manifest.routes);
  const tally = new RecordedTally(settings);
  const seen = (session: RecordedSession) => tally.add(session);
  const plan = await makePlan({ ...prepared.planInput, seen, options: { ...config.load, durationMs } });
  const windowMs =
    resumed?.windowMs ?? config.windows.durationMs ?? windowLengthMs(durationMs, prepared.chaos !== null);
  const users = virtualUsers(plan.summary);
  if (resumed !== null) {
    if (resumed.record.plan !== null) refuseOtherPlan(resumed.record.plan.plan, plan.summary);
    onBegin();
    await replay(measurement, { prepared, plan, journeys: settings, windowMs, users });
    return;
  }
  await writeFile(join(run.path, 'plan.json'), `${JSON.stringify(plan.summary, null, 2)}\n`);
  storeSurvey(run.path);
  tellBeginning(journal, prepared, {
    runId: run.id,
    command: options.command,
    durationMs,
    plan: plan.summary,
    windowMs,
    virtualUsers: users,
    invocation: {
      configFile: options.configFile,
      overrides: options.overrides ?? {},
      parallelism: options.parallelism ?? 1,
      ...(options.chaos === undefined ? {} : { chaos: options.chaos }),
      ...(options.uat === undefined ? {} : { uat: options.uat }),
    },
  });
  journal.append('shakedown.journeys.planned', { settings, recorded: tally.done() });
  for (const message of prepared.warnings) journal.append('shakedown.warning', { message });
  await chooseBaselines(run.path, config.baselines);
  onBegin();
  await replay(measurement, { prepared, plan, journeys: settings, windowMs, users });
}

interface Planned {
  prepared: Prepared;
  plan: Plan;
  journeys: JourneySettings;
  windowMs: number;
  users: number;
}

async function replay(measurement: Measurement, planned: Planned): Promise<void> {
  const { options, run, journal, evidence, teardown, resumed } = measurement;
  const { config, onEvent, durationMs } = options;
  const { prepared, plan, journeys, windowMs, users } = planned;
  const { engine, target, overlay } = prepared;
  const clock = new RunClock();
  if (resumed !== null) clock.set(resumed.zero.getTime());
  onEvent({ kind: 'phase', text: `starting ${engine.info.name}, ${users} virtual users` });
  const health = watchHealth(target.check, ({ up, detail }) => {
    const atMs = clock.nowMs();
    if (atMs >= 0) journal.append('shakedown.health.checked', { atMs, up, detail });
    return atMs >= 0;
  });
  teardown.before('stop checking health', () => health.stop());
  const watch = watchRun({ config, sample: target.sample, folder: run.path, durationMs, journal, via: engine.ask });
  teardown.before('stop watching the target', () => watch.stop());
  const chaos = await openFaults(measurement, prepared);
  const scenarios = await scenariosOf(measurement, prepared);
  await scenarios?.quiet();
  const browsers = await openBrowsers({
    ...{ options, prepared, journal, teardown },
    now: () => clock.nowMs(),
    aside: (fromMs, toMs) => chaos?.aside(fromMs, toMs) ?? null,
    isResumed: resumed !== null,
  });
  await browsers?.quiet();
  const outcome = await runLoad(engine.run, {
    plan: plan.summary,
    sessions: plan.sessions(),
    virtualUsers: users,
    windowMs,
    requestTimeoutMs: config.timeouts.requestMs,
    honesty: config.honesty,
    tls: config.target.tls,
    http2: config.target.http2,
    overlay,
    journeys,
    windowsFolder: join(run.path, 'windows'),
    merge: mergeLengths(durationMs, windowMs),
    ...(chaos === null ? {} : { aside: chaos.aside }),
    signal: AbortSignal.any([options.signal, evidence.signal]),
    ...(config.engine.relayMs === null ? {} : { relayMs: config.engine.relayMs }),
    ...(options.parallelism === undefined ? {} : { parallelism: options.parallelism }),
    ...(resumed === null ? {} : { resumed: goesOnAt(resumed, users) }),
    on: {
      started(startedAt, fromMs) {
        const zeroMs = Date.parse(startedAt);
        clock.set(zeroMs);
        watch.start(zeroMs);
        chaos?.start(() => clock.nowMs());
        browsers?.measured(fromMs);
        scenarios?.start(
          () => clock.nowMs(),
          (atMs) => chaos?.aside(atMs, atMs + 1) != null,
        );
        journal.append('shakedown.load.started', { startedAt, fromMs });
        onEvent({ kind: 'phase', text: 'replaying' });
      },
      window(window, routes, progress) {
        // Once something could not be written, the room that is left is for saying so, not for a window that nobody would count.
        evidence.check();
        journal.append('shakedown.window.closed', { window, routes: packRoutes(routes) });
        evidence.check();
        onEvent({ kind: 'window', window, elapsedMs: clock.nowMs(), totalMs: durationMs, ...progress });
      },
      sessions: (window, counts) => journal.append('shakedown.sessions.counted', { window, counts }),
      ...toldBy(journal, evidence, onEvent),
      checkpoint: (fidelity) => journal.append('shakedown.load.checkpoint', { fidelity }),
      generatorStarted: (event) => journal.append('shakedown.generator.started', event),
      generatorEnded: (event) => journal.append('shakedown.generator.ended', event),
      tick(progress) {
        chaos?.tick(progress.elapsedMs, progress.done, progress.failed);
        onEvent({ kind: 'tick', totalMs: durationMs, ...progress });
      },
    },
  });
  await browsers?.stop();
  await scenarios?.end();
  await chaos?.end();
  health.stop();
  watch.stop();
  if (outcome.fidelityState !== null) journal.append('shakedown.load.checkpoint', { fidelity: outcome.fidelityState });
  journal.append('shakedown.load.ended', {
    coveredMs: outcome.coveredMs,
    fidelity: outcome.fidelity,
    accounting: outcome.accounting,
  });
  if (outcome.endedEarly !== null) journal.append('shakedown.run.interrupted', { reason: outcome.endedEarly });
  journal.append('shakedown.run.ended', { endedAt: new Date().toISOString() });
}

/** Scenarios in browsers beside the load; null: none in this run. */
function scenariosOf({ options, run, journal, teardown, resumed }: Measurement, { scenarios, target }: Prepared) {
  if (scenarios === null) return null;
  const { config, durationMs, signal, onEvent } = options;
  const roundsBefore = resumed?.record.uat.lastRound ?? 0;
  const input = { config, durationMs, signal, onEvent, journal, teardown, roundsBefore };
  return openScenarios({ ...input, prepared: scenarios, baseUrl: target.baseUrl, runFolder: run.path });
}

/** The next window that k6 can be ready for. */
function goesOnAt({ zero, windowMs, measuredToMs }: Resumable, users: number): { zero: Date; fromMs: number } {
  const readyMs = Date.now() - zero.getTime() + resumeLeadMs + 2 * users;
  return { zero, fromMs: Math.ceil(Math.max(readyMs, measuredToMs) / windowMs) * windowMs };
}
