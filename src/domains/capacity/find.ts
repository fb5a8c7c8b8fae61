import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evidence } from '../../evidence/keep-evidence.ts';
import { RunClock } from '../../evidence/run-clock.ts';
import { changed } from '../../gate/objectives.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import type { PlanSummary } from '../../model/plan.ts';
import { searchCapacity } from '../../stats/capacity/search.ts';
import type { OpenRun } from '../companion.ts';
import {
  type ChosenEngine,
  checkUsers,
  type LoadProgress,
  loadObjectives,
  virtualUsers,
  whyAborted,
} from '../load/public.ts';
import { watchHealth } from '../monitoring/public.ts';
import { type Plan, type PlanInput, Random } from '../traffic/public.ts';
import { crossCheck } from './cross-check.ts';
import { stepObjectives } from './judge.ts';
import { learnRest } from './rest.ts';
import { scalerOf } from './scaler.ts';
import { findScaling, type WantedRun } from './scaling.ts';
import { type RanStep, runStep, type StepRun, windowMs } from './step.ts';
import { stepPlanner } from './step-plan.ts';
import { loadSums } from './sums.ts';

/** A run whose target is up and whose journal is open, to look for the capacity in. */
export interface Search
  extends Omit<OpenRun, 'durationMs' | 'isResumed' | 'engine' | 'note' | 'disturbed' | 'now' | 'options'> {
  readonly engine: Pick<ChosenEngine, 'run' | 'ask' | 'info'>;
  readonly evidence: Evidence;
  readonly planInput: Omit<PlanInput, 'options'>;
  /** Length of a step, settling included; at least 2 s. */
  readonly stepMs: number;
  /** Counts of instances at which it is looked for as well; absent: only as the target stands. */
  readonly instances?: readonly number[];
  /** Said before there was a journal to write them to. */
  readonly warnings: readonly string[];
  /** Writes down how the run begins; from then on there is something to report. */
  begin(how: { durationMs: number; plan: PlanSummary; windowMs: number; virtualUsers: number }): Promise<void>;
  show(progress: LoadProgress): void;
}

/** Steps that a search usually takes: what the progress is reckoned with. */
const usualSteps = 22;
const settlingShare = 4;
const stepAtLeastMs = 2000;
const longFactor = 4;
const restoreAtMostMs = 120_000;

/** Looks for the highest rate that the target sustains within the objectives for response times and errors. */
export async function searchRun(run: Search): Promise<void> {
  const { config, journal, evidence, teardown, manifest, engine, target, overlay, phase, show } = run;
  const signal = AbortSignal.any([run.signal, evidence.signal]);
  const warnings = [...run.warnings];
  if (config.browser.visitors > 0) {
    warnings.push('No browser visits the target during a search for capacity: rates change from step to step.');
  }
  if (config.uat.duringLoad.run !== null) {
    warnings.push('No scenario is run during a search for capacity: rates change from step to step.');
  }
  const scaler = run.instances === undefined ? null : scalerOf(config, target, run.folder);
  if (scaler !== null) {
    // Not under the run's signal: an interrupted run, too, leaves as many as there were.
    teardown.before('restore the number of instances', () =>
      scaler.to(scaler.normal, AbortSignal.timeout(restoreAtMostMs)),
    );
  }
  const rest = await learnRest(() => target.check());

  phase('planning');
  const durationMs = Math.max(stepAtLeastMs, Math.ceil(run.stepMs / windowMs) * windowMs);
  const period = { fromMs: Math.ceil(durationMs / settlingShare / windowMs) * windowMs, toMs: durationMs };
  const planStep = stepPlanner(run.planInput, config.load, durationMs, period);
  // Long enough for instances to come and go within it.
  const long = { durationMs: longFactor * durationMs, period: { ...period, toMs: longFactor * durationMs } };
  const planLong = stepPlanner(run.planInput, config.load, long.durationMs, long.period);
  const recordedPerSecond =
    (manifest.requests * 1000 * config.load.scale * config.load.speed) / Math.max(1, manifest.durationMs);
  const startPerSecond = config.load.ratePerSecond ?? Math.max(1, recordedPerSecond);
  const first = await planStep(startPerSecond, 0);
  checkUsers(first.plan.summary, virtualUsers(first.plan.summary), engine.info, 1);
  await writeFile(join(run.runFolder, 'plan.json'), `${JSON.stringify(first.plan.summary, null, 2)}\n`, {
    mode: 0o600,
  });

  const expectedMs = usualSteps * (durationMs + 2000);
  await run.begin({
    durationMs: expectedMs,
    plan: first.plan.summary,
    windowMs,
    virtualUsers: virtualUsers(first.plan.summary),
  });
  journal.append('shakedown.capacity.started', { stepMs: durationMs });
  for (const message of warnings) journal.append('shakedown.warning', { message });

  const steps: StepRun = {
    config,
    engine: engine.run,
    info: engine.info,
    journal,
    evidence,
    folder: run.runFolder,
    objectives: judgedBy(config),
    durationMs,
    period,
    expectedMs,
    signal,
    overlay,
    onEvent: show,
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
      run.warn('After a step the target did not return to its idle response time within 15 s.');
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
    run.warn(
      'The closed-loop cross-check was left out: it would be sent from this machine, and the target is checked from the cluster.',
    );
  } else if (best !== undefined && !signal.aborted) {
    phase('cross-check in a closed loop');
    const closedLoop = await crossCheck(best, config, overlay(), signal);
    if (closedLoop === null)
      run.warn('The closed-loop cross-check was left out: no GET request of the plan can be sent alone.');
    else journal.append('shakedown.capacity.checked', { closedLoop });
  }
  if (scaler !== null && !signal.aborted) {
    const { step } = best ?? {};
    await findScaling({
      counts: run.instances ?? [],
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
      if (!signal.aborted) run.warn(error.message);
    });
  }
  health.stop();
  journal.append('shakedown.load.ended', loadSums(steps));
  if (run.signal.aborted) journal.append('shakedown.run.interrupted', { reason: whyAborted(run.signal) });
  journal.append('shakedown.run.ended', { endedAt: new Date().toISOString() });
}

/** Planning throws when it is aborted; the run then ends in order. */
function unlessAborted(signal: AbortSignal): (error: unknown) => null {
  return (error) => {
    if (!signal.aborted) throw error;
    return null;
  };
}

function judgedBy(config: ResolvedConfig) {
  const defaults = loadObjectives(config.honesty.maxInvalidShare);
  const own = stepObjectives(changed(defaults, config.objectives));
  return own.length > 0 ? own : stepObjectives(defaults);
}
