import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readManifestState, writeManifest } from '../../evidence/manifest.ts';
import { readSignOffs } from '../../evidence/sign-off.ts';
import type { Results } from '../../model/results.ts';
import type { RunAcceptance } from '../../model/uat-under-load.ts';
import { writeReports, writeResults } from '../../report/write.ts';
import { domains } from '../domains.ts';
import { buildResults } from '../results/build.ts';

/**
 * Judges what a run under load left in its folder and writes its reports.
 * @param results absent: judged here
 * @param isSealed its evidence is as it is to be from now on: the manifest that sign-offs rest on is made. Without scenarios there is none
 * @throws ShakedownError RUN_NOT_FOUND, RUN_JOURNAL, REPORT_NOT_WRITTEN
 */
export async function renderRun(
  folder: string,
  { results: given, isSealed = false }: { results?: Results; isSealed?: boolean } = {},
): Promise<{ results: Results; index: string; warnings: string[] }> {
  const results = given ?? (await buildResults(folder));
  if (results.sections.uat?.underLoad === undefined)
    return { results, ...(await writeReports(results, folder, domains)) };
  // What was written by hand into the results is seen before they are made anew.
  const before = isSealed ? null : acceptanceOf(folder);
  await writeResults(results, folder);
  if (isSealed) seal(folder);
  return { results, ...(await writeReports(results, folder, domains, both(before, acceptanceOf(folder)))) };
}

/** Without room for a manifest there is none: such a run can be read, and not signed. */
function seal(folder: string): void {
  try {
    writeManifest(folder);
  } catch {
    rmSync(join(folder, 'manifest.json'), { force: true });
  }
}

function acceptanceOf(folder: string): RunAcceptance {
  const { sha256, files, bytes, tampered } = readManifestState(folder);
  return { evidence: { files, bytes, manifestSha256: sha256, tampered }, signOffs: readSignOffs(folder) };
}

/** A sign-off holds where it did before the results were made again, and does after. */
function both(before: RunAcceptance | null, after: RunAcceptance): RunAcceptance {
  if (before === null) return after;
  return {
    evidence: {
      ...after.evidence,
      tampered: [...new Set([...before.evidence.tampered, ...after.evidence.tampered])],
    },
    signOffs: after.signOffs.map((each, i) => ({ ...each, holds: each.holds && before.signOffs[i]?.holds === true })),
  };
}
