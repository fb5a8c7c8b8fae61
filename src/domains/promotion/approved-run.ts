import { join } from 'node:path';
import { beginningOf } from '../../evidence/attempt.ts';
import { listRuns } from '../../evidence/prune.ts';
import { isAbout, sameCandidate } from '../../model/artifact.ts';
import { ShakedownError } from '../../model/error.ts';
import type { Results } from '../../model/results.ts';
import type { Services } from '../command.ts';

const looksAtMost = 60;

export interface ApprovedRun {
  readonly run: string;
  readonly manifestSha256: string | null;
}

/** The newest readiness run of the same candidate in the same environment, which people decide on; null: there is none. @param results of the promotion run */
export async function newestReadiness(
  services: Pick<Services, 'judged'>,
  base: string,
  results: Results,
): Promise<ApprovedRun | null> {
  const own = results.candidate;
  let newest: Results | null = null;
  let looked = 0;
  for (const { id, folder, heldBy } of (await listRuns(base, null)).reverse()) {
    if (id === results.run.id || heldBy === 'running' || heldBy === 'running elsewhere') continue;
    const began = beginningOf(join(folder, 'journal.ndjson'));
    if (began === null || !isAbout(own, began.candidate)) continue;
    if (looked++ === looksAtMost) break;
    const found = await services.judged(folder).catch(() => null);
    if (found === null || !isReadiness(found) || sameCandidate(own, found.candidate) === null) continue;
    if (found.environment.name !== results.environment.name) continue;
    if (newest === null || Date.parse(found.run.startedAt) > Date.parse(newest.run.startedAt)) newest = found;
  }
  return newest === null ? null : { run: newest.run.id, manifestSha256: newest.evidence.manifestSha256 };
}

/** A promotion does the parts of a readiness run, too, and is none. */
function isReadiness({ sections }: Results): boolean {
  return sections.readiness?.purpose === 'readiness';
}

/** @param wanted by `--run` @throws ShakedownError PROMOTION_RUN where another run is the newest, whose decisions count */
export function refuseOther(wanted: string | null, newest: ApprovedRun | null): void {
  if (wanted === null || newest?.run === wanted) return;
  const which =
    newest === null
      ? 'There is no readiness run of this candidate'
      : `The newest readiness run of this candidate is ${newest.run}`;
  throw new ShakedownError('PROMOTION_RUN', `${which}, and ${wanted} was named.`, {
    hint: 'A newer run voids what was decided on an older one: decide on the newest, and promote that.',
  });
}
