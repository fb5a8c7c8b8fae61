import { addBaseline, uncheckedAnswersLine } from '../../domains/load/public.ts';
import { errorLinesOf } from '../../domains/monitoring/public.ts';
import type { SimulateOptions, SimulateOutcome } from '../progress.ts';
import { aboveCalibrationLine } from './above-calibration.ts';
import { beginRun, goOn } from './begin.ts';
import { runJob } from './job.ts';
import { measureRun } from './measure.ts';
import { outOfReachLine, tooShortLine } from './out-of-reach.ts';
import { reportRun } from './outcome.ts';
import { planRun } from './plan.ts';
import { prepareToPlan } from './prepare.ts';
import { goesOnLine, readResumable } from './resume.ts';

/**
 * The main job: prepares and plans a replay of the recorded traffic, sends it to the target with what runs beside it, and ends both; then judges what
 * was measured and writes the reports.
 * @throws ShakedownError for what stands in the way before the load begins; from then on there is always a report
 */
export async function simulate(options: SimulateOptions): Promise<SimulateOutcome> {
  const { config, onEvent } = options;
  const ended = await runJob(options, async (job) => {
    const resumed = options.resume === undefined ? null : await readResumable(job.run.path, config, Date.now());
    if (resumed !== null) {
      onEvent({ kind: 'run', id: job.run.id });
      onEvent({ kind: 'phase', text: goesOnLine(job.run.id, resumed, options.durationMs) });
    }
    const asked = { ...options, runId: job.run.id };
    const preparing = await prepareToPlan(asked, job.teardown, resumed?.targetUrl ?? null);
    const { opening, ...rest } = preparing;
    // The sample system starts and warms up meanwhile.
    const [planned, target] = await Promise.all([planRun(options, preparing, resumed), opening]);
    const prepared = { ...rest, target };
    const beyond = await outOfReachLine(config, planned.plan.summary, options.durationMs);
    if (beyond !== null) onEvent({ kind: 'warning', text: beyond });
    const { summary } = planned.plan;
    const above = await aboveCalibrationLine(config, prepared.engine, summary, options.parallelism ?? 1);
    if (above !== null) onEvent({ kind: 'warning', text: above });
    if (resumed === null) {
      await beginRun(options, job, prepared, planned);
      const short = await tooShortLine(config, job.run.path);
      if (short !== null) onEvent({ kind: 'warning', text: short });
    } else await goOn(job, prepared, planned, resumed);
    job.begun();
    await measureRun(options, job, prepared, planned, resumed);
  });
  const { facts, ...outcome } = await reportRun(ended.folder, { ...options, failure: ended.failure });
  if (outcome.results.verdict === 'pass') {
    try {
      await addBaseline(facts, config.baselines, 'pass', errorLinesOf(outcome.results));
      const unchecked = await uncheckedAnswersLine(facts);
      if (unchecked !== null) onEvent({ kind: 'warning', text: unchecked });
    } catch (error) {
      onEvent({ kind: 'warning', text: (error as Error).message });
    }
  }
  return outcome;
}
