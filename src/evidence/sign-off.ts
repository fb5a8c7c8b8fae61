import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ShakedownError } from '../model/error.ts';
import type { SignOff } from '../model/uat.ts';
import type { RunAcceptance } from '../model/uat-under-load.ts';
import { digest, intactManifest, isCovered, readManifestState } from './manifest.ts';

const name = 'sign-offs.ndjson';

const record = z.object({
  role: z.string(),
  person: z.string(),
  at: z.string(),
  decision: z.enum(['accept', 'reject']),
  comment: z.string(),
  manifestSha256: z.string(),
  resultsSha256: z.string().exactOptional(),
  previousSha256: z.string().nullable(),
});

/** @returns lines that are there, and what cannot be read of the file, a few words; null: all can */
function read(folder: string): { lines: string[]; signOffs: (SignOff | null)[]; damage: string | null } {
  let lines: string[];
  try {
    lines = readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean);
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { lines: [], signOffs: [], damage: isAbsent ? null : `${name} cannot be read` };
  }
  const signOffs = lines.map(signOffOf);
  const first = signOffs.indexOf(null);
  return { lines, signOffs, damage: first === -1 ? null : `line ${first + 1} of ${name} is no sign-off` };
}

function signOffOf(line: string): SignOff | null {
  try {
    return record.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** What of the sign-offs of a run cannot be read, a few words; null: nothing. */
export function signOffDamage(folder: string): string | null {
  return read(folder).damage;
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
  const { lines, signOffs: found, damage } = read(folder);
  const signOffs = lines.flatMap((line, index) => {
    const signOff = found[index] ?? null;
    if (signOff === null) {
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
  const changed = [...(areResultsSigned ? [] : ['results.json was changed']), ...(damage === null ? [] : [damage])];
  return { evidence: { files, bytes, manifestSha256: sha256, tampered: [...tampered, ...changed] }, signOffs };
}

/**
 * Writes a decision, bound to the evidence and the results as they are now. Results are to be made from the evidence before, so that none
 * that were changed by hand are signed.
 * @throws ShakedownError NO_MANIFEST where there is none, EVIDENCE_CHANGED where it is not what the run left, SIGN_OFFS_DAMAGED
 */
export function addSignOff(
  folder: string,
  given: Pick<SignOff, 'role' | 'person' | 'decision' | 'comment' | 'at'>,
): SignOff {
  const sha256 = intactManifest(folder, { act: 'sign' });
  const { lines, damage } = read(folder);
  if (damage !== null)
    throw new ShakedownError('SIGN_OFFS_DAMAGED', `The run in ${folder} cannot be signed: ${damage}.`, {
      hint: 'Somebody changed that file: move it away, or run again and sign that run.',
    });
  const last = lines.at(-1);
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
