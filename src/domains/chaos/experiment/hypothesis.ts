import { execute, type Stage, Unexpected } from './execute.ts';
import type { Hypothesis, HypothesisStep } from './format.ts';
import type { ActivityRun, HypothesisState } from './journal.ts';
import { parseActivity } from './parse-activity.ts';
import { Problems } from './problems.ts';
import { runProvider } from './providers/run.ts';
import { ActivityFailed } from './session.ts';
import { ToleranceError, type Tolerated, withinTolerance } from './tolerance.ts';
import { type Json, type JsonObject, objectOr } from './values/json.ts';

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

async function probed(step: HypothesisStep, runs: ActivityRun[], stage: Stage): Promise<Tolerated> {
  const { dry, lookup } = stage.session;
  let tolerated: Tolerated = { met: true };
  try {
    const { output } = await execute({ ...step, background: false }, 'hypothesis', stage, runs);
    const run = runs.at(-1);
    if (run?.status !== 'succeeded') tolerated = { met: false, why: run?.exception?.[0]?.trim() ?? 'it failed' };
    else if (dry !== 'probes' && dry !== 'activities') {
      tolerated = await withinTolerance(step.tolerance, output, lookup, (written, value) =>
        probe(written, value, stage),
      );
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

/** Runs a tolerance that is a probe; one that fails is not met. */
async function probe(written: JsonObject, value: Json, { session }: Stage): Promise<Json> {
  const provider = objectOr(written.provider);
  const given = { ...objectOr(provider.arguments), value };
  const activity = parseActivity(
    { ...written, provider: { ...provider, arguments: given } },
    'tolerance',
    new Problems(),
  );
  if (activity === null) throw new ToleranceError('the tolerance is no valid probe');
  try {
    return await runProvider(activity, 'tolerance', session);
  } catch (error) {
    if (error instanceof ActivityFailed) return false;
    if (session.signal.aborted) throw session.signal.reason;
    throw new ToleranceError((error as Error).message);
  }
}
