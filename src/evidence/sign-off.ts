import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SignOff } from '../model/uat.ts';
import { intactManifest, readManifestState } from './manifest.ts';

const name = 'sign-offs.ndjson';
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

function lines(folder: string): string[] {
  try {
    return readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

/**
 * The decisions on a run, oldest first. One holds while the evidence is what it was signed on and no earlier record was changed.
 */
export function readSignOffs(folder: string): (SignOff & { holds: boolean })[] {
  const { sha256, tampered } = readManifestState(folder);
  let previous: string | null = null;
  let isChained = true;
  return lines(folder).flatMap((line) => {
    let signOff: SignOff;
    try {
      signOff = JSON.parse(line) as SignOff;
    } catch {
      isChained = false;
      return [];
    }
    if (signOff.previousSha256 !== previous) isChained = false;
    previous = digest(line);
    return [{ ...signOff, holds: isChained && tampered.length === 0 && signOff.manifestSha256 === sha256 }];
  });
}

/**
 * Writes a decision, bound to the evidence as it is now.
 * @throws ShakedownError UAT_NO_EVIDENCE where there is none, UAT_TAMPERED where it is not what the run left
 */
export function addSignOff(
  folder: string,
  given: Pick<SignOff, 'role' | 'person' | 'decision' | 'comment' | 'at'>,
): SignOff {
  const sha256 = intactManifest(folder, { act: 'sign' });
  const last = lines(folder).at(-1);
  const signOff: SignOff = {
    ...given,
    manifestSha256: sha256,
    previousSha256: last === undefined ? null : digest(last),
  };
  appendFileSync(join(folder, name), `${JSON.stringify(signOff)}\n`);
  return signOff;
}
