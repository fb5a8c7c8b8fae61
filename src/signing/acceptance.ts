import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { digest, isAddedTo, isCovered, type ManifestState, readManifestState } from '../evidence/manifest.ts';
import type { SigningTrust, SignOffState, Standing } from '../model/sign-off.ts';
import type { RunAcceptance } from '../model/uat-under-load.ts';
import { contradictions, readLog } from './receipt.ts';
import { type Records, readRecords, runEndedAtMs, type StoredRecord } from './records.ts';
import { checkSignature, verifySignature } from './ssh-keygen.ts';

/** Why a sign-off that is as it was signed counts for nothing: what others decided is not known. */
export const othersChanged = 'another sign-off of the run was changed or taken away';

/** Clocks of two machines agree within this. */
const agreeWithinMs = 3_600_000;

/** null: there are none, or the manifest covers them. */
export function resultsSha256(folder: string): string | null {
  if (isCovered(folder, 'results.json')) return null;
  try {
    const file = join(folder, 'results.json');
    // A pipe that nobody writes to would be waited for.
    return statSync(file).isFile() ? digest(readFileSync(file)) : null;
  } catch {
    return null;
  }
}

/** Whether anybody decided on a run, whoever that was and on whatever evidence. */
export function hasSignOffs(folder: string): boolean {
  const { records, damage } = readRecords(folder);
  return records.length > 0 || damage !== null;
}

/** What shows that the records of a run were changed, or its evidence put in another's place since, a few words each. No trust is needed for that. */
export async function signOffDoubts(folder: string): Promise<string[]> {
  return (await looked(folder, readManifestState(folder))).doubts;
}

/**
 * Whether a run's evidence is as it was left, and who signed it.
 * @param trust whose signatures count; null: nobody said, so that none can be verified
 */
export async function acceptanceOf(folder: string, trust: SigningTrust | null): Promise<RunAcceptance> {
  const manifest = readManifestState(folder);
  const results = resultsSha256(folder);
  const { records, doubts, bad } = await looked(folder, manifest);
  const tampered = [...manifest.tampered, ...doubts];
  const signOffs: SignOffState[] = [];
  let areResultsSigned = true;
  let latestMs = Number.NEGATIVE_INFINITY;
  for (const record of records) {
    const { signOff, key } = record;
    const areResults = signOff.resultsSha256 === undefined || signOff.resultsSha256 === results;
    const isOfThis = signOff.manifestSha256 === manifest.sha256;
    if (isOfThis) areResultsSigned = areResults;
    const { standing, why } = bad.has(record)
      ? { standing: 'invalid' as const, why: bad.get(record) ?? null }
      : await standingOf(record, trust, { endedAtMs: runEndedAtMs(folder), beforeMs: latestMs });
    latestMs = Math.max(latestMs, Date.parse(signOff.at) || latestMs);
    const open =
      manifest.tampered.length > 0
        ? 'the evidence was changed'
        : (doubtOf(record, doubts) ??
          (!isOfThis
            ? 'something was added to the evidence after it'
            : doubts.length > 0
              ? othersChanged
              : areResults
                ? null
                : 'results.json was changed'));
    const counts = standing === 'verified' || (trust === null && standing !== 'invalid');
    signOffs.push({
      ...signOff,
      key,
      standing,
      why: standing === 'invalid' ? why : (open ?? why),
      holds: open === null && counts,
    });
  }
  // From evidence that was changed, other results follow.
  const changed = areResultsSigned || tampered.length > 0 ? [] : ['results.json was changed'];
  const { files, bytes, sha256 } = manifest;
  return {
    evidence: { files, bytes, manifestSha256: sha256, tampered: [...new Set([...tampered, ...changed])] },
    signOffs,
    isSignatureAsked: trust !== null,
  };
}

/** What was done to this very record: what was done to another is said of that one. */
function doubtOf({ signOff, problem }: StoredRecord, doubts: readonly string[]): string | null {
  const name = `sign-off ${signOff.record} is `;
  const own = doubts.find((text) => text.startsWith(name));
  const why = problem ?? own?.slice(name.length - 'is '.length) ?? null;
  return why === null ? null : `it ${why}`;
}

interface Looked {
  records: readonly StoredRecord[];
  doubts: string[];
  /** Records whose signature is not one on them, and what is wrong. */
  bad: ReadonlyMap<StoredRecord, string>;
}

async function looked(folder: string, manifest: ManifestState): Promise<Looked> {
  const read = readRecords(folder);
  const { records, damage } = read;
  const bad = new Map<StoredRecord, string>();
  for (const record of records) {
    const { statement, signature, namespace } = record;
    if (signature === null || namespace === null) continue;
    const wrong = await checkSignature(statement, signature, namespace);
    if (typeof wrong === 'string') bad.set(record, wrong);
  }
  const places = [...bad].map(([{ signOff }, why]) => `sign-off ${signOff.record} is not what was signed: ${why}`);
  return {
    records,
    bad,
    doubts: [
      ...(damage === null ? [] : [damage]),
      ...places,
      ...againstLog(folder, read),
      ...replaced(folder, records, manifest),
    ],
  };
}

function againstLog(folder: string, read: Records): string[] {
  const log = readLog(folder);
  if (log === null) return [];
  return log.problem === null ? contradictions(folder, read, log.receipts) : [log.problem];
}

/** Sign-offs on evidence that is not here, and that nothing was only added to. */
function replaced(folder: string, records: readonly StoredRecord[], { sha256, tampered }: ManifestState): string[] {
  if (tampered.length > 0) return [];
  return records
    .filter(({ signOff: { manifestSha256 } }) => manifestSha256 !== sha256 && !isAddedTo(folder, manifestSha256))
    .map(({ signOff: { record } }) => `sign-off ${record} is on other evidence, which is not there any more`);
}

async function standingOf(
  { statement, signature, namespace, signOff }: StoredRecord,
  trust: SigningTrust | null,
  { endedAtMs, beforeMs }: { endedAtMs: number | null; beforeMs: number },
): Promise<{ standing: Standing; why: string | null }> {
  const { person, at } = signOff;
  const atMs = Date.parse(at);
  if (!(atMs <= Date.now() + agreeWithinMs)) return { standing: 'invalid', why: 'its date is in the future' };
  if (endedAtMs !== null && atMs < endedAtMs - agreeWithinMs)
    return { standing: 'invalid', why: 'its date is before the run ended' };
  if (atMs < beforeMs - agreeWithinMs)
    return { standing: 'invalid', why: 'its date is before that of a sign-off that it follows' };
  if (signature === null)
    return { standing: 'asserted', why: trust === null ? null : 'a signature is asked for, and it has none' };
  if (trust === null) return { standing: 'unverified', why: 'nobody said whose key it is' };
  if (namespace !== trust.namespace)
    return { standing: 'invalid', why: `it was signed for “${namespace}”, not for “${trust.namespace}”` };
  const wrong = await verifySignature(statement, signature, { person, at, trust });
  if (wrong === undefined) return { standing: 'unverified', why: 'ssh-keygen is not there to verify it' };
  return wrong === null ? { standing: 'verified', why: null } : { standing: 'invalid', why: wrong };
}
