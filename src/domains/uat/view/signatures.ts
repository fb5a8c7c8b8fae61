import type { SignOffState } from '../../../model/sign-off.ts';
import type { RunAcceptance } from '../../../model/uat-under-load.ts';
import { byteSize, count } from '../../../report-kit/format.ts';
import { signOffWord } from '../../../report-kit/signed.ts';
import { shortened } from '../../../report-kit/text.ts';
import { moment } from '../../../report-kit/time.ts';
import type { Fact } from '../../../report-kit/verdict.ts';

export interface SignaturesView {
  facts: Fact[];
  signOffs: {
    state: 'pass' | 'fail' | 'inconclusive';
    word: string;
    why: string;
    role: string;
    person: string;
    at: string;
    key: string;
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
    signOffs: signOffs.map((each) => ({
      state: stateOf(each),
      word: signOffWord(each),
      why: each.why ?? '',
      role: each.role,
      person: each.person,
      at: moment(each.at),
      key: each.key ?? '',
      comment: shortened(each.comment, 400),
    })),
    run,
  };
}

/** A rejection is shown as one, whoever wrote it; an acceptance only where it is shown who did. */
function stateOf({ holds, standing, decision }: SignOffState): 'pass' | 'fail' | 'inconclusive' {
  if (!holds) return 'inconclusive';
  if (decision === 'reject') return 'fail';
  return standing === 'verified' ? 'pass' : 'inconclusive';
}
