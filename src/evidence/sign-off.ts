import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShakedownError } from '../model/error.ts';
import type { SignOff } from '../model/uat.ts';
import type { RunAcceptance } from '../model/uat-under-load.ts';
import { digest, intactManifest, isCovered, readManifestState } from './manifest.ts';

const name = 'sign-offs.ndjson';

function lines(folder: string): string[] {
  try {
    return readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new ShakedownError('RUN_DAMAGED', `${join(folder, name)} cannot be read: ${(error as Error).message}.`, {
      hint: 'Make the file readable; who signed the run stands in it.',
      cause: error,
    });
  }
}

/** null: there are none, or the manifest covers them. */
function resultsSha256(folder: string): string | null {
  if (isCovered(folder, 'results.json')) return null;
  try {
    return digest(readFileSync(join(folder, 'results.json')));
  } catch {
    return null;
  }
}

/**
 * The decisions on a run, oldest first. One holds while evidence and results are what it was signed on and no earlier record was changed.
 */
export function readSignOffs(folder: string): RunAcceptance['signOffs'] {
  return acceptanceOf(folder).signOffs;
}

/** Whether a run's evidence is as it was left, and who signed it. */
export function acceptanceOf(folder: string): RunAcceptance {
  const { sha256, files, bytes, tampered } = readManifestState(folder);
  const results = resultsSha256(folder);
  let previous: string | null = null;
  let isChained = true;
  let areResultsSigned = true;
  const signOffs = lines(folder).flatMap((line) => {
    let signOff: SignOff;
    try {
      const read: unknown = JSON.parse(line);
      if (typeof read !== 'object' || read === null) throw new SyntaxError('no record');
      signOff = read as SignOff;
    } catch {
      isChained = false;
      return [];
    }
    if (signOff.previousSha256 !== previous) isChained = false;
    previous = digest(line);
    const areResults = signOff.resultsSha256 === undefined || signOff.resultsSha256 === results;
    const isOfThis = signOff.manifestSha256 === sha256;
    if (isOfThis) areResultsSigned = areResults;
    return [{ ...signOff, holds: isChained && isOfThis && areResults && tampered.length === 0 }];
  });
  const changed = areResultsSigned ? [] : ['results.json was changed'];
  return { evidence: { files, bytes, manifestSha256: sha256, tampered: [...tampered, ...changed] }, signOffs };
}

/**
 * Writes a decision, bound to the evidence and the results as they are now. Results are to be made from the evidence before, so that none
 * that were changed by hand are signed.
 * @throws ShakedownError NO_MANIFEST where there is none, EVIDENCE_CHANGED where it is not what the run left
 */
export function addSignOff(
  folder: string,
  given: Pick<SignOff, 'role' | 'person' | 'decision' | 'comment' | 'at'>,
): SignOff {
  const sha256 = intactManifest(folder, { act: 'sign' });
  const last = lines(folder).at(-1);
  const results = resultsSha256(folder);
  const signOff: SignOff = {
    ...given,
    manifestSha256: sha256,
    ...(results === null ? {} : { resultsSha256: results }),
    previousSha256: last === undefined ? null : digest(last),
  };
  appendFileSync(join(folder, name), `${JSON.stringify(signOff)}\n`);
  return signOff;
}
