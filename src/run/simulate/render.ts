import { isAtWork } from '../../evidence/run-folder.ts';
import type { JudgedBy } from '../../model/config.ts';
import type { Results } from '../../model/results.ts';
import type { SigningTrust } from '../../model/sign-off.ts';
import type { RunAcceptance } from '../../model/uat-under-load.ts';
import { writeReports, writeResults } from '../../report/write.ts';
import { acceptanceOf } from '../../signing/acceptance.ts';
import { domains } from '../domains.ts';
import { judgeRun } from '../results/build.ts';

/**
 * Judges what a run left in its folder and writes its results and reports. Of a run that another process is still working on they say so, and the run
 * writes all of them anew when it has ended.
 * @param results absent: judged here
 * @param trust whose signatures count; null: nobody said
 * @throws ShakedownError RUN_NOT_FOUND, RUN_JOURNAL, REPORT_NOT_WRITTEN
 */
export async function renderRun(
  folder: string,
  { results: given, trust = null }: { results?: Results; trust?: SigningTrust | null } = {},
): Promise<{ results: Results; acceptance: RunAcceptance; index: string; warnings: string[] }> {
  const results = given ?? (await judgedAsIs(folder));
  // Results that were changed by hand are seen before they are made anew.
  const before = await acceptanceOf(folder, trust);
  await writeResults(results, folder);
  const acceptance = both(before, await acceptanceOf(folder, trust));
  return { results, acceptance, ...(await writeReports(results, folder, domains, acceptance)) };
}

/** A run that ends while it is being judged is judged again, as a whole. */
export async function judgedAsIs(folder: string, wholeGate?: string | null, by?: JudgedBy): Promise<Results> {
  const isRunning = await isAtWork(folder);
  const { results } = await judgeRun(folder, { isRunning, wholeGate, by });
  return isRunning && !(await isAtWork(folder)) ? (await judgeRun(folder, { wholeGate, by })).results : results;
}

/** A sign-off holds where it did before the results were made again, and does after. */
function both(before: RunAcceptance, after: RunAcceptance): RunAcceptance {
  return {
    evidence: {
      ...after.evidence,
      tampered: [...new Set([...before.evidence.tampered, ...after.evidence.tampered])],
    },
    signOffs: after.signOffs.map((each, i) => {
      const earlier = before.signOffs[i];
      return earlier === undefined || (earlier.holds && !each.holds) ? each : { ...earlier };
    }),
    isSignatureAsked: after.isSignatureAsked,
  };
}
