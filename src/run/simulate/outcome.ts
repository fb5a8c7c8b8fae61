import { type ExitCode, exitCodes } from '../../model/error.ts';
import type { Verdict } from '../../model/verdict.ts';
import { writeReports } from '../../report/write.ts';
import type { SimulateOptions, SimulateOutcome } from '../progress.ts';
import { buildResults } from '../results/build.ts';

const exitOf: Record<Verdict, ExitCode> = {
  pass: exitCodes.ready,
  fail: exitCodes.notReady,
  inconclusive: exitCodes.inconclusive,
};

/** Judges what a run left in its folder and writes the reports. */
export async function reportRun(
  folder: string,
  { signal, onEvent }: Pick<SimulateOptions, 'signal' | 'onEvent'>,
): Promise<SimulateOutcome> {
  onEvent({ kind: 'phase', text: 'writing the report' });
  const results = await buildResults(folder);
  const { index } = await writeReports(results, folder);
  const exitCode = signal.aborted ? exitCodes.interrupted : exitOf[results.verdict];
  return { results, folder, index, exitCode };
}
