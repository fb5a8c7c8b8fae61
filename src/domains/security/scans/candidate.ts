import { type Check, check } from '../../part.ts';
import type { ScanEvidence, ScanFacts } from './evidence.ts';

type Begun = Extract<ScanEvidence, { kind: 'begun' }>;

/** Of which digests of the candidate a scan is, and why it counts for none. */
export function digestsOf(
  { digests, stated }: Pick<ScanFacts, 'digests' | 'stated'>,
  candidate: readonly string[],
): { of: readonly string[]; problem: string | null } {
  const none = (problem: string) => ({ of: [], problem });
  if (candidate.length === 0) return none('the candidate has no digest, so nothing shows that the result is of it');
  if (digests.length === 0) return none('nothing shows which digest it is of');
  let known = candidate.filter((one) => digests.includes(one));
  if (known.length === 0) return none(`it is of another digest: ${short(digests[0])}`);
  for (const { by, digests: said } of stated) {
    if (said.length === 0) continue;
    if (!said.some((one) => candidate.includes(one)))
      return none(`${by} says that it is of another digest: ${short(said[0])}`);
    known = known.filter((one) => said.includes(one));
  }
  return known.length === 0
    ? none('it is not clear which artifact it is of: the result, its list of parts and the configuration differ')
    : { of: known, problem: null };
}

const short = (digest = '') => `${digest.slice(0, 19)}…`;

/** Whether what it says is of something else. */
export const isOfAnother = (facts: ScanFacts, candidate: readonly string[]): boolean =>
  candidate.length > 0 && facts.digests.length > 0 && digestsOf(facts, candidate).of.length === 0;

/** A candidate of several artifacts: one that nobody looked at may hold anything. null: there is one at most. */
export function artifactsCheck(
  { artifacts, unscanned, candidate }: Begun,
  scans: readonly ScanFacts[],
  testedDigest: string | null,
): Check | null {
  if (artifacts.length < 2) return null;
  const title = 'Each artifact of the candidate is looked at';
  const seen = new Set([...scans.flatMap((one) => digestsOf(one, candidate).of), testedDigest]);
  const open = artifacts.filter(
    ({ name, digest }) => !seen.has(digest) && !unscanned.some(({ artifact }) => artifact === name),
  );
  const left = unscanned.map(({ artifact, reason }) => `${artifact} is left out: ${reason}`);
  const also = left.length === 0 ? '' : ` ${left.join('; ')}.`;
  if (open.length === 0)
    return check('artifacts-scanned', title, 'pass', `${artifacts.map(({ name }) => name).join(', ')}.${also}`);
  const names = open.map(({ name, digest }) => `${name} (${short(digest)})`).join(', ');
  return check('artifacts-scanned', title, 'inconclusive', `No result is of ${names}.${also}`);
}
