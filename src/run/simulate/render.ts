import { acceptanceOf } from '../../evidence/sign-off.ts';
import type { Results } from '../../model/results.ts';
import type { RunAcceptance } from '../../model/uat-under-load.ts';
import { writeReports, writeResults } from '../../report/write.ts';
import { domains } from '../domains.ts';
import { buildResults } from '../results/build.ts';

/**
 * Judges what a run left in its folder and writes its results and reports.
 * @param results absent: judged here
 * @throws ShakedownError RUN_NOT_FOUND, RUN_JOURNAL, REPORT_NOT_WRITTEN
 */
export async function renderRun(
  folder: string,
  { results: given }: { results?: Results } = {},
): Promise<{ results: Results; index: string; warnings: string[] }> {
  const results = given ?? (await buildResults(folder));
  // Results that were changed by hand are seen before they are made anew.
  const before = acceptanceOf(folder);
  await writeResults(results, folder);
  return { results, ...(await writeReports(results, folder, domains, both(before, acceptanceOf(folder)))) };
}

/** A sign-off holds where it did before the results were made again, and does after. */
function both(before: RunAcceptance, after: RunAcceptance): RunAcceptance {
  return {
    evidence: {
      ...after.evidence,
      tampered: [...new Set([...before.evidence.tampered, ...after.evidence.tampered])],
    },
    signOffs: after.signOffs.map((each, i) => ({ ...each, holds: each.holds && before.signOffs[i]?.holds === true })),
  };
}
