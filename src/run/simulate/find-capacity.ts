import { capacitySearch } from '../../domains/capacity/domain.ts';
import type { SimulateOptions, SimulateOutcome } from '../progress.ts';
import { recordBeginning } from './begin.ts';
import { runJob } from './job.ts';
import { reportRun } from './outcome.ts';
import { prepareRun } from './prepare.ts';

export interface CapacityOptions extends Omit<SimulateOptions, 'durationMs'> {
  /** Length of a step, settling included; at least 2 s. */
  stepMs: number;
  /** Counts of instances at which it is looked for as well; absent: only as the target stands. */
  instances?: readonly number[];
}

/** Generators in a cluster end after it by themselves. */
const longestSearchMs = 6 * 3_600_000;

/**
 * Looks for the highest rate that the target sustains, and reports it like any run. Nothing runs beside it, as rates change from step to step.
 * @throws ShakedownError for what stands in the way before the load begins; from then on there is always a report
 */
export async function findCapacity(options: CapacityOptions): Promise<SimulateOutcome> {
  const { config, stepMs, instances, onEvent } = options;
  const ended = await runJob(options, async ({ run, journal, evidence, teardown, begun }) => {
    const asked = { ...options, runId: run.id, durationMs: longestSearchMs, isAlone: true };
    const prepared = await prepareRun(asked, teardown, null);
    const { engine, target, manifest, overlay, planInput, warnings } = prepared;
    const search = await capacitySearch();
    await search({
      ...{
        ...prepared.asked,
        config,
        engine,
        target,
        manifest,
        overlay,
        planInput,
        warnings,
        journal,
        evidence,
        stepMs,
      },
      ...(instances === undefined ? {} : { instances }),
      runFolder: run.path,
      show: onEvent,
      warn(text) {
        journal.append('shakedown.warning', { message: text });
        onEvent({ kind: 'warning', text });
      },
      async begin(how) {
        await recordBeginning(journal, prepared, { runId: run.id, command: options.command, ...how });
        begun();
      },
    });
  });
  return reportRun(ended.folder, { ...options, failure: ended.failure });
}
