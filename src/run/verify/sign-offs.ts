import type { SignOffState } from '../../model/sign-off.ts';
import type { RunAcceptance } from '../../model/uat-under-load.ts';
import type { VerifyFinding } from '../../model/verify-finding.ts';
import { plural } from '../../report-kit/format.ts';
import { othersChanged } from '../../signing/acceptance.ts';
import { contradictions, type Receipt, readLog } from '../../signing/receipt.ts';
import { readRecords, runIdOf } from '../../signing/records.ts';

const mostNamed = 4;

/**
 * What each sign-off is worth, and what shows that they were changed.
 * @param changed what was done to the records of them, a few words each
 * @param isBound a certificate shows that the evidence is as it was, so nobody else has to
 */
export function signOffFindings(
  { signOffs }: Pick<RunAcceptance, 'signOffs'>,
  changed: readonly string[],
  isBound: boolean,
): VerifyFinding[] {
  const changes = changed.map((text) => finding('broken', text));
  if (signOffs.length === 0 && !isBound)
    changes.push(
      finding(
        'open',
        'Nobody has signed the run: whoever can write to its folder can have made evidence and manifest anew.',
      ),
    );
  const all = signOffs.map((signOff, index) => {
    const next = signOffs.slice(index + 1).find((later) => replaces(later, signOff));
    return next === undefined ? ofSignOff(signOff) : ofReplaced(signOff, next.record);
  });
  return [...changes, ...all];
}

/** Whoever signs again says what counts now; what was signed before is of no more account, unless it is none. */
function replaces(later: SignOffState, earlier: SignOffState): boolean {
  const isSame = later.person === earlier.person && later.role === earlier.role;
  return isSame && later.holds && later.standing === 'verified' && earlier.standing !== 'invalid' && !earlier.holds;
}

function ofReplaced({ record, decision, person, role, at }: SignOffState, next: number): VerifyFinding {
  return finding(
    'holds',
    `Sign-off ${record}: ${decision}ed by ${person} as ${role}, ${at}: replaced by sign-off ${next} of the same person and role.`,
  );
}

function ofSignOff({ record, decision, person, role, at, standing, why, key, holds }: SignOffState): VerifyFinding {
  const name = `Sign-off ${record}: ${decision}ed by ${person} as ${role}, ${at}`;
  if (standing === 'invalid') return finding('broken', `${name}: not valid: ${why}.`);
  // What was done to another is said of that one.
  if (standing === 'verified' && why === othersChanged)
    return finding('holds', `${name}, signed with ${key}: it is as it was signed.`);
  // Something that was added later, in order, voids a sign-off without being tampering.
  if (!holds && why !== null && standing === 'verified')
    return finding('open', `${name}, signed with ${key}: holds no longer: ${why}.`);
  if (standing === 'verified') return finding('holds', `${name}, signed with ${key}.`);
  const word = standing === 'asserted' ? 'asserted, not signed' : `signed with ${key}, not verified`;
  const because =
    why ??
    (standing === 'asserted'
      ? 'anyone who can write to the folder can have written it'
      : 'nobody said whose key it is');
  return finding('open', `${name}: ${word}: ${because}.`);
}

/** `rejected by Bob as operations, accepted by Ann as product owner`: what each decided last, a rejection first; null: nobody did. */
export function decisionWords({ signOffs }: Pick<RunAcceptance, 'signOffs'>): string | null {
  const valid = signOffs.filter(({ standing }) => standing !== 'invalid');
  const last = new Map(valid.map((each) => [JSON.stringify([each.person, each.role]), each]));
  const all = [...last.values()].toSorted((a, b) => Number(a.decision === 'accept') - Number(b.decision === 'accept'));
  const words = all.slice(0, mostNamed).map(({ decision, person, role, standing, holds, why }) => {
    const isOwn = holds || why === othersChanged;
    const how = standing !== 'verified' ? ' (not shown by a signature)' : isOwn ? '' : ' (holds no longer)';
    return `${decision}ed by ${person} as ${role}${how}`;
  });
  const more = all.length - words.length;
  return words.length === 0 ? null : `${words.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function finding(state: VerifyFinding['state'], text: string): VerifyFinding {
  return { state, subject: 'sign-offs', text };
}

/**
 * Whether records were taken away from the end. Nothing in the run can show that: whoever takes the last one away leaves a run as it was before
 * it. Only what is kept outside can: the receipts of signers, and the log beside the runs.
 */
export function witnessFindings(
  folder: string,
  { signOffs }: RunAcceptance,
  given: readonly Receipt[] | null,
): VerifyFinding[] {
  const run = runIdOf(folder);
  const findings: VerifyFinding[] = [];
  const say = (state: VerifyFinding['state'], text: string) => void findings.push({ state, subject: 'witness', text });
  if (given !== null) {
    const own = given.filter((receipt) => receipt.run === run);
    const wrong = contradictions(folder, readRecords(folder), own);
    for (const text of wrong) say('broken', `By the receipts, ${text}.`);
    if (own.length === 0) say('open', 'None of the receipts is of this run.');
    else if (wrong.length === 0)
      say(
        'holds',
        `${plural(own.length, 'receipt')} of this run ${own.length === 1 ? 'agrees' : 'agree'} with its sign-offs.`,
      );
  }
  const log = readLog(folder);
  if (log !== null && log.problem === null) {
    // What it contradicts is said with the sign-offs.
    if (contradictions(folder, readRecords(folder), log.receipts).length === 0)
      say('holds', `The log beside the runs agrees with the sign-offs, as far as nobody changed both.`);
  } else if (log !== null) say('open', `${log.problem}.`);
  else if (given === null && signOffs.length > 0)
    say(
      'open',
      'Whether a later sign-off was taken away cannot be told: there is no log of sign-offs beside the run. Give the receipt of the last signer with --receipt.',
    );
  return findings;
}
