import { exitCodes, ShakedownError } from '../../model/error.ts';
import { exitCodeOf } from '../../model/verdict.ts';
import type { SimulateOptions, SimulateOutcome } from '../progress.ts';
import { buildResults } from '../results/build.ts';
import { renderRun } from './render.ts';

/** Judges what a run left in its folder and writes the reports. */
export async function reportRun(
  folder: string,
  { signal, onEvent }: Pick<SimulateOptions, 'signal' | 'onEvent'>,
): Promise<SimulateOutcome> {
  onEvent({ kind: 'phase', text: 'writing the report' });
  const results = await buildResults(folder);
  const exitCode = signal.aborted ? exitCodes.interrupted : exitCodeOf[results.verdict];
  try {
    const { index } = await renderRun(folder, { results, isSealed: true });
    return { results, folder, index, exitCode };
  } catch (error) {
    if (!(error instanceof ShakedownError)) throw error;
    // The verdict is known, and told; only its pages are not there.
    onEvent({ kind: 'warning', text: error.message });
    return { results, folder, index: `not written; later: shakedown report --from ${folder}`, exitCode };
  }
}

/** Tells what ended a run whose measurements are reported all the same: what happened and, where known, what to do. */
export function tellFailure(error: unknown, onEvent: SimulateOptions['onEvent']): void {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const { message, hint } = first as Error & { hint?: string };
  onEvent({ kind: 'warning', text: hint === undefined ? message : `${message} ${hint}` });
}
