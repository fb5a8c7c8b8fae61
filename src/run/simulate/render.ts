import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCovered } from '../../evidence/manifest.ts';
import { isAtWork } from '../../evidence/run-folder.ts';
import { list } from '../../gate/words.ts';
import type { JudgedBy } from '../../model/config.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import type { Results } from '../../model/results.ts';
import type { SigningTrust } from '../../model/sign-off.ts';
import type { RunAcceptance } from '../../model/uat-under-load.ts';
import { resultsText, writeReports, writeResults } from '../../report/write.ts';
import { acceptanceOf } from '../../signing/acceptance.ts';
import { domains } from '../domains.ts';
import { judgeRun } from '../results/build.ts';
import { differenceWords } from '../verify/differences.ts';

/**
 * Judges what a run left in its folder and writes its results and reports. Of a run that another process is still working on they say so, and the run
 * writes all of them anew when it has ended.
 * @param results absent: judged here
 * @param trust whose signatures count; null: nobody said
 * @throws ShakedownError RUN_NOT_FOUND, RUN_JOURNAL, REPORT_NOT_WRITTEN, SIGNED_OTHERWISE
 */
export async function renderRun(
  folder: string,
  { results: given, trust = null }: { results?: Results; trust?: SigningTrust | null } = {},
): Promise<{ results: Results; acceptance: RunAcceptance; index: string; warnings: string[] }> {
  const results = given ?? (await judgedAsIs(folder));
  // Results that were changed by hand are seen before they are made anew.
  const before = await acceptanceOf(folder, trust);
  refuseToVoid(folder, results, before);
  await writeResults(results, folder);
  const acceptance = both(before, await acceptanceOf(folder, trust));
  return { results, acceptance, ...(await writeReports(results, folder, domains, acceptance)) };
}

/** Results that were signed with a key stay: other ones, by another version or at a later time, would void what nobody took back. */
function refuseToVoid(folder: string, results: Results, { signOffs }: RunAcceptance): void {
  const signed = signOffs.filter(({ holds, standing }) => holds && standing === 'verified');
  const file = join(folder, 'results.json');
  if (signed.length === 0 || isCovered(folder, 'results.json')) return;
  const [stored, made] = [readFileSync(file, 'utf8'), resultsText(results)];
  if (stored === made) return;
  throw new ShakedownError(
    'SIGNED_OTHERWISE',
    `The run in ${folder} stays as ${list([...new Set(signed.map(({ person }) => person))])} signed it: its evidence is judged otherwise now, as ${results.word}; ${differenceWords(stored, made)}.`,
    {
      hint: 'Use the version of Shakedown that it was signed with, or run again, such as `shakedown readiness`, and sign that run.',
      exitCode: exitCodes.inconclusive,
    },
  );
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
