import { writeManifest } from '../../evidence/manifest.ts';
import { type ExitCode, exitCodes, firstError, ShakedownError } from '../../model/error.ts';
import type { RunFacts } from '../../model/run-facts.ts';
import { exitCodeOf } from '../../model/verdict.ts';
import { asSentence } from '../../report-kit/text.ts';
import type { SimulateOptions, SimulateOutcome } from '../progress.ts';
import { judgeRun } from '../results/build.ts';
import { renderRun } from './render.ts';

/**
 * Judges what a run left in its folder and writes the reports.
 * @param failure the error that ended it, reported with what was measured; undefined: none did
 */
export async function reportRun(
  folder: string,
  { signal, onEvent, failure }: Pick<SimulateOptions, 'signal' | 'onEvent'> & { failure?: unknown },
): Promise<SimulateOutcome & { facts: RunFacts }> {
  if (failure !== undefined) showFailure(failure, onEvent);
  onEvent({ kind: 'phase', text: 'writing the report' });
  sealRun(folder, onEvent);
  const { results, facts } = await judgeRun(folder);
  const exitCode = endedBy(signal, failure) ?? exitCodeOf[results.verdict];
  try {
    const { index, warnings } = await renderRun(folder, { results });
    for (const text of warnings) onEvent({ kind: 'warning', text });
    return { results, facts, folder, index, exitCode };
  } catch (error) {
    if (!(error instanceof ShakedownError)) throw error;
    // The verdict is known, and shown; only its pages are missing.
    onEvent({ kind: 'warning', text: error.message });
    return { results, facts, folder, index: `not written; later: shakedown report --from ${folder}`, exitCode };
  }
}

/** What the caller is to know before any verdict: a fault of Shakedown itself, or that the run was interrupted. null: neither. */
function endedBy(signal: AbortSignal, failure: unknown): ExitCode | null {
  if (failure !== undefined && !isExpected(failure)) return exitCodes.internal;
  if (!signal.aborted) return null;
  return signal.reason instanceof ShakedownError ? signal.reason.exitCode : exitCodes.interrupted;
}

function isExpected(error: unknown): boolean {
  return firstError(error) instanceof ShakedownError;
}

/** From now on the evidence is as it is to be. Without room for its manifest there is none: such a run can be read, and not signed. */
function sealRun(folder: string, onEvent: SimulateOptions['onEvent']): void {
  try {
    writeManifest(folder);
  } catch (error) {
    onEvent({
      kind: 'warning',
      text: asSentence(`The evidence in ${folder} has no manifest: ${(error as Error).message}`),
    });
  }
}

/** Shows what ended a run whose measurements are reported all the same: what happened and, where known, what to do. */
function showFailure(error: unknown, onEvent: SimulateOptions['onEvent']): void {
  const { message, hint } = firstError(error);
  onEvent({ kind: 'warning', text: hint === undefined ? message : `${message} ${hint}` });
}
