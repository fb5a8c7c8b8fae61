import type { RunAcceptance } from '../../../model/uat-under-load.ts';
import { byteSize, count } from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';
import { moment } from '../../../report-kit/time.ts';
import type { Fact } from '../../../report-kit/verdict.ts';

export interface SignaturesView {
  facts: Fact[];
  signOffs: {
    state: 'pass' | 'fail' | 'inconclusive';
    word: string;
    role: string;
    person: string;
    at: string;
    comment: string;
  }[];
  run: string;
}

/** The evidence of a run, and who signed it. @param leftOut files of evidence that were not kept */
export function signaturesView({ evidence, signOffs }: RunAcceptance, run: string, leftOut = 0): SignaturesView {
  const { files, bytes, manifestSha256, tampered } = evidence;
  return {
    facts: [
      { name: 'Files', value: count(files) },
      { name: 'Size', value: byteSize(bytes) },
      ...(leftOut === 0 ? [] : [{ name: 'Not kept', value: count(leftOut) }]),
      { name: 'Manifest, SHA-256', value: manifestSha256 ?? 'none' },
      {
        name: 'Compared with it',
        value: tampered.length === 0 ? 'unchanged' : `changed: ${tampered.slice(0, 4).join(', ')}`,
      },
    ],
    signOffs: signOffs.map(({ role, person, at, decision, comment, holds }) => ({
      state: holds ? (decision === 'accept' ? 'pass' : 'fail') : 'inconclusive',
      word: holds ? (decision === 'accept' ? 'Accepted' : 'Rejected') : 'Not valid: the evidence was changed',
      role,
      person,
      at: moment(at),
      comment: shortened(comment, 400),
    })),
    run,
  };
}

/** `Ann (product owner): accepted`, of the sign-offs that hold. */
export function approver(signOffs: RunAcceptance['signOffs']): string {
  const holding = signOffs.filter(({ holds }) => holds);
  if (holding.length === 0) return 'nobody yet';
  return shortened(holding.map(({ person, role, decision }) => `${person} (${role}): ${decision}ed`).join(', '), 160);
}

/** Whether a run is signed, in a line. */
export function signedLine({ evidence, signOffs }: RunAcceptance): string {
  if (signOffs.some(({ holds }) => holds)) return `Signed: ${approver(signOffs)}`;
  if (signOffs.length > 0) return 'No sign-off is valid: the evidence was changed after it';
  return evidence.tampered.length > 0
    ? `Nobody has signed it, and its evidence was changed: ${evidence.tampered.slice(0, 2).join(', ')}`
    : 'Nobody has signed it';
}
