import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runLoad } from '../load/run.ts';
import { type ExitCode, exitCodes, ShakedownError } from '../model/error.ts';
import type { PlanOptions } from '../model/plan.ts';
import type { EngineInfo, RecordingInfo } from '../model/results.ts';
import type { Verdict } from '../model/verdict.ts';
import { writeReports } from '../report/write.ts';
import { makePlan, type Plan } from '../traffic/plan/plan.ts';
import { readManifest } from '../traffic/recording.ts';
import { addBaseline, chooseBaselines } from './baselines.ts';
import { createRunFolder, reopenRunFolder } from './folder.ts';
import { type Journal, openJournal } from './journal.ts';
import { heard } from './live/heard.ts';
import type { SimulateOptions, SimulateOutcome } from './progress.ts';
import { buildResults } from './results/build.ts';
import { chooseEngine } from './simulate/engine.ts';
import { watchHealth } from './simulate/health.ts';
import { hostInfo } from './simulate/host.ts';
import { admitRecording } from './simulate/recording.ts';
import { withoutSecrets } from './simulate/redact.ts';
import { type Resumable, readResumable, refuseOtherPlan } from './simulate/resume.ts';
import { virtualUsers, windowLengthMs } from './simulate/sizing.ts';
import { openTarget, type Target } from './simulate/target.ts';
import { startTokens } from './simulate/token.ts';
import { watchRun } from './simulate/watch.ts';
import { type Teardown, withTeardown } from './tasks.ts';

/** From finding k6 to its first request, where the machine is busy. */
const resumeLeadMs = 4000;

const exitOf: Record<Verdict, ExitCode> = {
  pass: exitCodes.ready,
  fail: exitCodes.notReady,
  inconclusive: exitCodes.inconclusive,
};

/**
 * The main job: plans the recorded traffic, replays it against the target, judges what was measured and writes the reports.
 * @throws ShakedownError for what stands in the way before the load begins; from then on there is always a report
 */
export async function simulate(options: SimulateOptions): Promise<SimulateOutcome> {
  const { resume, config } = options;
  const run =
    resume === undefined
      ? await createRunFolder(config.reports.folder)
      : await reopenRunFolder(config.reports.folder, resume);
  // Of a run that goes on something has been measured already.
  let begun = resume !== undefined;
  try {
    await withTeardown(async (teardown) => {
      teardown.before('release the run folder', () => run.release());
      const resumed = resume === undefined ? null : await readResumable(run.path, config, Date.now());
      const journal = heard(
        openJournal(join(run.path, 'journal.ndjson'), { source: `shakedown/runs/${run.id}` }),
        options.onEvent,
      );
      teardown.before('close the journal', () => journal.close());
      await measure({ options, run, journal, teardown, resumed, onBegin: () => (begun = true) });
    });
  } catch (error) {
    // Nothing was measured: an empty run would only be in the way. What was measured is reported, and the error with it.
    if (resume !== undefined && error instanceof ShakedownError) throw error;
    if (!begun) {
      await rm(run.path, { recursive: true, force: true });
      throw error;
    }
    options.onEvent({ kind: 'warning', text: (error as Error).message });
  }
  options.onEvent({ kind: 'phase', text: 'writing the report' });
  const results = await buildResults(run.path);
  const { index } = await writeReports(results, run.path);
  if (results.verdict === 'pass') {
    const keep = addBaseline(run.path, options.config.baselines);
    await keep.catch((error: Error) => options.onEvent({ kind: 'warning', text: error.message }));
  }
  const exitCode = options.signal.aborted ? exitCodes.interrupted : exitOf[results.verdict];
  return { results, folder: run.path, index, exitCode };
}

interface Measurement {
  options: SimulateOptions;
  run: { id: string; path: string };
  journal: Journal;
  teardown: Teardown;
  resumed: Resumable | null;
  onBegin(): void;
}

async function measure(measurement: Measurement): Promise<void> {
  const { options, run, journal, teardown, resumed, onBegin } = measurement;
  const { config, signal, onEvent } = options;
  const phase = (text: string) => onEvent({ kind: 'phase', text });
  const warnings: string[] = [];
  const warn = (text: string) => {
    warnings.push(text);
    onEvent({ kind: 'warning', text });
  };

  const manifest = await readManifest(config.traffic.recording);
  admitRecording(manifest, config.traffic);
  phase('looking for k6');
  const engine = await chooseEngine(config, { signal, warn, phase });
  onEvent({ kind: 'engine', engine: engine.info });
  phase(config.target.sample === null ? 'checking the target' : 'starting the sample system');
  const target = await openTarget(config, teardown, signal, resumed?.targetUrl ?? null);
  const tokens = await startTokens(config.target.tokenHook, options.folder, warn);
  teardown.before('stop fetching tokens', () => tokens.stop());
  phase('planning');
  const plan = await planRun(options, manifest, target);
  const windowMs = resumed?.windowMs ?? config.windows.durationMs ?? windowLengthMs(options.durationMs);
  const users = virtualUsers(plan.summary);
  if (resumed !== null) {
    if (resumed.record.plan !== null) refuseOtherPlan(resumed.record.plan.plan, plan.summary);
    await replay(measurement, { engine, plan, target, windowMs, users, overlay: tokens.overlay });
    return;
  }
  await writeFile(join(run.path, 'plan.json'), `${JSON.stringify(plan.summary, null, 2)}\n`);
  journal.append('shakedown.run.started', {
    runId: run.id,
    command: options.command,
    durationMs: options.durationMs,
    candidate: { name: config.name, version: config.version, baselineVersion: config.baselineVersion },
    environment: { name: config.environment, targetUrl: target.label },
    host: hostInfo(),
    programs: engine.programs,
    config: withoutSecrets(config),
    invocation: {
      configFile: options.configFile,
      overrides: options.overrides ?? {},
      parallelism: options.parallelism ?? 1,
    },
  });
  const recording: RecordingInfo = {
    name: manifest.name,
    requests: manifest.requests,
    sessions: manifest.sessions,
    durationMs: manifest.durationMs,
    timeResolutionMs: manifest.timeResolutionMs,
    privacy: manifest.privacy,
    declaredOwn: config.traffic.declaredOwn,
    notReplayable: manifest.notReplayable,
  };
  journal.append('shakedown.plan.ready', { plan: plan.summary, recording });
  journal.append('shakedown.engine.started', { ...engine.info, windowMs, virtualUsers: users });
  for (const message of warnings.splice(0)) journal.append('shakedown.warning', { message });
  await chooseBaselines(run.path, config.baselines);
  onBegin();
  await replay(measurement, { engine, plan, target, windowMs, users, overlay: tokens.overlay });
}

async function planRun(
  options: SimulateOptions,
  manifest: Awaited<ReturnType<typeof readManifest>>,
  target: Target,
): Promise<Plan> {
  const { config, durationMs, signal } = options;
  const planOptions: PlanOptions = { ...config.load, durationMs };
  return makePlan({
    folder: config.traffic.recording,
    manifest,
    options: planOptions,
    target: {
      baseUrl: target.baseUrl,
      hosts: config.target.hosts,
      headers: Object.fromEntries(config.target.headers),
      dropHeaders: config.target.dropHeaders,
    },
    rules: config.replay.extraction,
    data: config.replay.data,
    signal,
  });
}

interface Prepared {
  engine: { info: EngineInfo; run: Awaited<ReturnType<typeof chooseEngine>>['run'] };
  plan: Plan;
  target: Target;
  windowMs: number;
  users: number;
  overlay(): Record<string, string> | null;
}

async function replay({ options, run, journal, teardown, resumed }: Measurement, prepared: Prepared): Promise<void> {
  const { config, signal, onEvent, durationMs } = options;
  const { plan, target, windowMs, users, overlay } = prepared;
  let startedAtMs = resumed?.zero.getTime() ?? Date.now();
  onEvent({ kind: 'phase', text: `starting ${prepared.engine.info.name}, ${users} virtual users` });
  const health = watchHealth(target.check, ({ up, detail }) => {
    const atMs = Date.now() - startedAtMs;
    if (atMs >= 0) journal.append('shakedown.health.checked', { atMs, up, detail });
  });
  teardown.before('stop checking health', () => health.stop());
  const watch = watchRun({ config, sample: target.sample, folder: run.path, durationMs, journal });
  teardown.before('stop watching the target', () => watch.stop());
  const outcome = await runLoad(prepared.engine.run, {
    plan: plan.summary,
    sessions: plan.sessions(),
    virtualUsers: users,
    windowMs,
    requestTimeoutMs: config.timeouts.requestMs,
    honesty: config.honesty,
    tls: config.target.tls,
    http2: config.target.http2,
    overlay,
    windowsFolder: join(run.path, 'windows'),
    signal,
    ...(config.engine.relayMs === null ? {} : { relayMs: config.engine.relayMs }),
    ...(options.parallelism === undefined ? {} : { parallelism: options.parallelism }),
    ...(resumed === null ? {} : { resumed: goesOnAt(resumed, users) }),
    on: {
      started(startedAt, fromMs) {
        startedAtMs = Date.parse(startedAt);
        watch.start(startedAtMs);
        journal.append('shakedown.load.started', { startedAt, fromMs });
        onEvent({ kind: 'phase', text: 'replaying' });
      },
      window(window, routes, progress) {
        journal.append('shakedown.window.closed', { window, routes });
        onEvent({ kind: 'window', window, elapsedMs: Date.now() - startedAtMs, totalMs: durationMs, ...progress });
      },
      failures(failures) {
        for (const { firstMs, lastMs: _, ...failure } of failures) {
          journal.append('shakedown.error.seen', { ...failure, atMs: firstMs });
        }
      },
      checkpoint: (fidelity) => journal.append('shakedown.load.checkpoint', { fidelity }),
      generatorStarted: (event) => journal.append('shakedown.generator.started', event),
      generatorEnded: (event) => journal.append('shakedown.generator.ended', event),
      tick: (progress) => onEvent({ kind: 'tick', totalMs: durationMs, ...progress }),
      warning(message) {
        journal.append('shakedown.warning', { message });
        onEvent({ kind: 'warning', text: message });
      },
    },
  });
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

/** The next window that k6 can be ready for. */
function goesOnAt({ zero, windowMs }: Resumable, users: number): { zero: Date; fromMs: number } {
  const readyMs = Date.now() - zero.getTime() + resumeLeadMs + 2 * users;
  return { zero, fromMs: Math.ceil(readyMs / windowMs) * windowMs };
}
