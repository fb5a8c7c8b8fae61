import type { HypothesisCheck } from '../../../model/chaos.ts';
import { execute, type Stage, Unexpected } from './execute.ts';
import type { Hypothesis, HypothesisStep } from './format.ts';
import type { ActivityRun, HypothesisState } from './journal.ts';
import { judgeTolerance } from './judge-tolerance.ts';
import { ToleranceError, type Tolerated } from './tolerance.ts';

export interface Checked {
  state: HypothesisState;
  /** The probe that was out of tolerance and why; null: all were within. */
  deviating: string | null;
}

/**
 * Runs the probes of the hypothesis until one fails or is out of its tolerance.
 * @throws Halted
 */
export async function checkHypothesis(hypothesis: Hypothesis, stage: Stage): Promise<Checked> {
  const state: HypothesisState = { steady_state_met: null, probes: [] };
  let deviating: string | null = null;
  await stage.controls.around('hypothesis', hypothesis.controls, hypothesis.written, async () => {
    for (const step of hypothesis.steps) {
      const tolerated = await probed(step, state.probes, stage);
      state.steady_state_met = tolerated.met;
      if (tolerated.met) continue;
      deviating = stage.session.redact.text(`${step.activity.name}: ${tolerated.why}`);
      return state;
    }
    state.steady_state_met = true;
    return state;
  });
  return { state, deviating };
}

/** When each of the probes ran. */
export function askedProbes(
  { probes }: HypothesisState,
  { notes, session, now }: Stage,
): NonNullable<HypothesisCheck['probes']> {
  return probes.flatMap((run) => {
    const note = notes.get(run);
    if (note === undefined) return [];
    const { activity, fromMs, toMs } = note;
    return [{ name: session.redact.text(activity.name), fromMs, atMs: toMs ?? now() }];
  });
}

async function probed(step: HypothesisStep, runs: ActivityRun[], stage: Stage): Promise<Tolerated> {
  const { dry } = stage.session;
  let tolerated: Tolerated = { met: true };
  try {
    const { output } = await execute({ ...step, background: false }, 'hypothesis', stage, runs);
    const run = runs.at(-1);
    if (run?.status !== 'succeeded') tolerated = { met: false, why: run?.exception?.[0]?.trim() ?? 'it failed' };
    else if (dry !== 'probes' && dry !== 'activities') {
      tolerated = await judgeTolerance(step.tolerance, output, stage.session);
    }
  } catch (error) {
    // Chaos Toolkit ends without a journal where a probe or its tolerance makes no sense; here that probe has failed.
    if (!(error instanceof ToleranceError || error instanceof Unexpected)) throw error;
    tolerated = { met: false, why: error.message };
    const run = runs.at(-1);
    if (run !== undefined) {
      run.status = 'failed';
      run.exception ??= [stage.session.redact.text(`${error.message}\n`)];
    }
  }
  const run = runs.at(-1);
  if (run !== undefined) run.tolerance_met = tolerated.met;
  return tolerated;
}
