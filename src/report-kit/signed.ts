import type { SignOffState } from '../model/sign-off.ts';
import type { RunAcceptance } from '../model/uat-under-load.ts';
import { shortened } from './text.ts';

const longest = 160;

/** `Accepted`, and how far it is shown who did. */
export function signOffWord({ decision, standing, holds }: SignOffState): string {
  const word = decision === 'accept' ? 'Accepted' : 'Rejected';
  if (standing === 'invalid') return 'Not valid';
  if (standing === 'verified') return holds ? `${word}, signed` : `${word}, signed; holds no longer`;
  const how = standing === 'asserted' ? 'asserted, not signed' : 'signed, not verified';
  return holds ? `${word}, ${how}` : `${word}, ${how}; does not count`;
}

/** `Ann (product owner): accepted`, of the sign-offs that hold; of those that are not verified it is said. */
export function approver(signOffs: readonly SignOffState[]): string {
  const holding = signOffs.filter(({ holds }) => holds);
  if (holding.length === 0) return 'nobody yet';
  const each = ({ person, role, decision, standing }: SignOffState) => {
    const how = standing === 'verified' ? '' : standing === 'asserted' ? ' (asserted, not signed)' : ' (not verified)';
    return `${person} (${role}): ${decision}ed${how}`;
  };
  return shortened(holding.map(each).join(', '), longest);
}

/** Whether a run is signed, in a line. */
export function signedLine({ evidence, signOffs }: RunAcceptance): string {
  const changed = evidence.tampered.slice(0, 2).join(', ');
  if (signOffs.some(({ holds }) => holds)) {
    const isSigned = signOffs.some(({ holds, standing }) => holds && standing !== 'asserted');
    return `${isSigned ? 'Signed' : 'Asserted, signed by nobody'}: ${approver(signOffs)}`;
  }
  if (signOffs.length > 0 && changed !== '') return `No sign-off is valid: ${changed}`;
  if (signOffs.length > 0) return `No sign-off counts: ${[...new Set(signOffs.map(({ why }) => why))].join(', ')}`;
  return changed === '' ? 'Nobody has signed it' : `Nobody has signed it, and its evidence was changed: ${changed}`;
}
