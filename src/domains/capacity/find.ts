import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Journal, openJournal } from '../../evidence/journal.ts';
import { type Evidence, keepEvidence } from '../../evidence/keep-evidence.ts';
import { RunClock } from '../../evidence/run-clock.ts';
import { createRunFolder } from '../../evidence/run-folder.ts';
import { type Teardown, withTeardown } from '../../evidence/teardown.ts';
import { changed } from '../../gate/objectives.ts';
import type { SimulateOptions, SimulateOutcome } from '../../run/progress.ts';
import { reportRun, tellFailure } from '../../run/simulate/outcome.ts';
import { prepareRun, tellBeginning } from '../../run/simulate/prepare.ts';
import { searchCapacity } from '../../stats/capacity/search.ts';
import { loadObjectives } from '../load/public.ts';
import { virtualUsers } from '../load/sizing.ts';
import { watchHealth } from '../monitoring/health.ts';
import type { Plan } from '../traffic/plan/plan.ts';
import { Random } from '../traffic/plan/random.ts';
import { crossCheck } from './cross-check.ts';
import { stepObjectives } from './judge.ts';
import { learnRest } from './rest.ts';
import { scalerOf } from './scaler.ts';
import { findScaling, type WantedRun } from './scaling.ts';
import { type RanStep, runStep, type StepRun, windowMs } from './step.ts';
import { stepPlanner } from './step-plan.ts';
import { loadSums } from './sums.ts';

export interface CapacityOptions extends Omit<SimulateOptions, 'durationMs'> {
  /** Length of a step, settling included; at least 2 s. */
  stepMs: number;
  /** Counts of instances at which it is looked for as well; absent: only as the target stands. */
  instances?: readonly number[];
}

/** Steps that a search usually takes: what the progress is reckoned with. */
const usualSteps = 22;
/** Generators in a cluster end after it by themselves. */
const longestSearchMs = 6 * 3_600_000;
const settlingShare = 4;
const stepAtLeastMs = 2000;
const longFactor = 4;
const restoreAtMostMs = 120_000;

/**
 * Looks for the highest rate that the target sustains within the objectives for response times and errors, and reports it like any run.
 * @throws ShakedownError for what stands in the way before the load begins; from then on there is always a report
 */
export async function findCapacity(options: CapacityOptions): Promise<SimulateOutcome> {
  const run = await createRunFolder(options.config.reports.folder);
  let begun = false;
  try {
    await withTeardown(async (teardown) => {
      teardown.before('release the run folder', () => run.release());
      const raw = openJournal(join(run.path, 'journal.ndjson'), { source: `shakedown/runs/${run.id}` });
      teardown.before('close the journal', () => raw.close());
      const { journal, evidence } = keepEvidence(run.path, raw);
      teardown.before('take the reserve away', () => evidence.release());
      await find({ options, run, journal, evidence, teardown, onBegin: () => (begun = true) });
      evidence.check();
    });
  } catch (error) {
    if (!begun) {
      await rm(run.path, { recursive: true, force: true });
      throw error;
    }
    tellFailure(error, options.onEvent);
  }
  return reportRun(run.path, options);
}

interface Search {
  options: CapacityOptions;
  run: { id: string; path: string };
  journal: Journal;
  evidence: Evidence;
  teardown: Teardown;
  onBegin(): void;
}

async function find({ options, run, journal, evidence, teardown, onBegin }: Search): Promise<void> {
  const { config, onEvent } = options;
  const signal = AbortSignal.any([options.signal, evidence.signal]);
  const phase = (text: string) => onEvent({ kind: 'phase', text });
  const prepared = await prepareRun({ ...options, runId: run.id, durationMs: longestSearchMs }, teardown, null);
  const { manifest, engine, target, overlay } = prepared;
  if (config.browser.visitors > 0) {
    prepared.warnings.push(
      'No browser visits the target while its capacity is looked for: rates change from step to step.',
    );
  }
  if (config.uat.duringLoad.run !== null) {
    prepared.warnings.push('No scenario is run while the capacity is looked for: rates change from step to step.');
  }
  const scaler = options.instances === undefined ? null : scalerOf(config, target, options.folder);
  if (scaler !== null) {
    // Not under the run's signal: an interrupted run, too, leaves as many as there were.
    teardown.before('bring back as many instances as there were', () =>
      scaler.to(scaler.normal, AbortSignal.timeout(restoreAtMostMs)),
    );
  }
  const rest = await learnRest(() => target.check());

  phase('planning');
  const durationMs = Math.max(stepAtLeastMs, Math.ceil(options.stepMs / windowMs) * windowMs);
  const stretch = { fromMs: Math.ceil(durationMs / settlingShare / windowMs) * windowMs, toMs: durationMs };
  const planStep = stepPlanner(prepared.planInput, config.load, durationMs, stretch);
  // Long enough for instances to come and go within it.
  const long = { durationMs: longFactor * durationMs, stretch: { ...stretch, toMs: longFactor * durationMs } };
  const planLong = stepPlanner(prepared.planInput, config.load, long.durationMs, long.stretch);
  const recordedPerSecond =
    (manifest.requests * 1000 * config.load.scale * config.load.speed) / Math.max(1, manifest.durationMs);
  const startPerSecond = config.load.ratePerSecond ?? Math.max(1, recordedPerSecond);
  const first = await planStep(startPerSecond, 0);
  await writeFile(join(run.path, 'plan.json'), `${JSON.stringify(first.plan.summary, null, 2)}\n`);

  const expectedMs = usualSteps * (durationMs + 2000);
  tellBeginning(journal, prepared, {
    runId: run.id,
    command: options.command,
    durationMs: expectedMs,
    plan: first.plan.summary,
    windowMs,
    virtualUsers: virtualUsers(first.plan.summary),
  });
  journal.append('shakedown.capacity.started', { stepMs: durationMs });
  for (const message of prepared.warnings) journal.append('shakedown.warning', { message });
  onBegin();

  const steps: StepRun = {
    config,
    engine: engine.run,
    journal,
    evidence,
    folder: run.path,
    objectives: judgedBy(config),
    durationMs,
    stretch,
    expectedMs,
    signal,
    overlay,
    onEvent,
    startedAtMs: null,
    clock: new RunClock(),
    nextWindow: 0,
    done: { planned: 0, done: 0, failed: 0 },
    outcomes: [],
  };
  const health = watchHealth(target.check, ({ up, detail }) => {
    if (steps.startedAtMs === null) return false;
    journal.append('shakedown.health.checked', { atMs: Math.max(0, steps.clock.nowMs()), up, detail });
    return true;
  });
  teardown.before('stop checking health', () => health.stop());

  const tellWarning = (message: string) => {
    journal.append('shakedown.warning', { message });
    onEvent({ kind: 'warning', text: message });
  };
  const held: (RanStep & { plan: Plan })[] = [];
  let number = 0;
  const attempt = async ({ phase: stage, ratePerSecond, isLong = false, ...wanted }: WantedRun) => {
    phase(`${stage}: ${ratePerSecond.toFixed(ratePerSecond < 10 ? 1 : 0)} requests a second`);
    const planner = isLong ? planLong : planStep;
    const planned = number === 0 ? first : await planner(ratePerSecond, number).catch(unlessAborted(signal));
    number++;
    if (planned === null) return null;
    const { plan } = planned;
    const ran = await runStep(steps, plan, {
      phase: stage,
      plannedRatePerSecond: ratePerSecond,
      ...wanted,
      ...(isLong ? { length: long } : {}),
    });
    if (ran === null) return null;
    if (ran.step.outcome === 'held' && stage !== 'scale') held.push({ ...ran, plan });
    if (!(await rest.wait(signal)))
      tellWarning('After a step the target did not come back to its idle response time within 15 s.');
    return signal.aborted ? null : ran;
  };
  const dice = new Random(`shakedown.capacity/1 ${config.load.seed}`);
  const random = () => dice.uint32() / 2 ** 32;
  const search = searchCapacity({ startPerSecond, random });
  for (let next = search.next(); next.done !== true; ) {
    const ran = await attempt({ ...next.value, instances: null });
    if (ran === null) break;
    next = search.next(ran.step.outcome);
  }
  const best = held.at(-1);
  if (best !== undefined && engine.ask !== undefined) {
    tellWarning(
      'The closed-loop cross-check was left out: it would be sent from here, and the target is seen from the cluster.',
    );
  } else if (best !== undefined && !signal.aborted) {
    phase('cross-check in a closed loop');
    const closedLoop = await crossCheck(best, config, overlay(), signal);
    if (closedLoop === null)
      tellWarning('The closed-loop cross-check was left out: no GET request of the plan can be sent alone.');
    else journal.append('shakedown.capacity.checked', { closedLoop });
  }
  if (scaler !== null && !signal.aborted) {
    const { step } = best ?? {};
    await findScaling({
      counts: options.instances ?? [],
      scaler,
      known: step === undefined ? null : { ratePerSecond: step.plannedRatePerSecond, instances: scaler.normal },
      startPerSecond,
      longMs: long.durationMs,
      attempt,
      mark: (label) =>
        journal.append('shakedown.marked', { atMs: Math.max(0, steps.clock.nowMs()), lane: 'info', label }),
      phase,
      random,
      signal,
    }).catch((error: Error) => {
      // What was found until then stands.
      if (!signal.aborted) tellWarning(error.message);
    });
  }
  health.stop();
  journal.append('shakedown.load.ended', loadSums(steps));
  if (options.signal.aborted) journal.append('shakedown.run.interrupted', { reason: 'interrupted' });
  journal.append('shakedown.run.ended', { endedAt: new Date().toISOString() });
}

/** Planning throws when it is told to end; the run then ends in order. */
function unlessAborted(signal: AbortSignal): (error: unknown) => null {
  return (error) => {
    if (!signal.aborted) throw error;
    return null;
  };
}

function judgedBy(config: CapacityOptions['config']) {
  const own = stepObjectives(changed(loadObjectives(config.honesty.maxVoidShare), config.objectives));
  return own.length > 0 ? own : stepObjectives(changed(loadObjectives(config.honesty.maxVoidShare), null));
}
