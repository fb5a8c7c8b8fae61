import type { LedgerResult } from '../../../model/chaos.ts';
import type { ResolvedLedger } from './rules.ts';
import type { Verified } from './tally.ts';

/** From what was found to a verdict with its reason. */
export function resultOf(rules: ResolvedLedger, found: Verified, { restarted }: { restarted: boolean }): LedgerResult {
  const { everSeen, unread, ...counted } = found;
  return { subject: rules.subject, ...counted, ...judged(rules, found, restarted) };
}

function judged(rules: ResolvedLedger, found: Verified, restarted: boolean): Pick<LedgerResult, 'verdict' | 'reason'> {
  const { acknowledged, lost, duplicated, corrupted, unexpected, stale, linearizable, readBack, findings } = found;
  const of = `of ${acknowledged} acknowledged writes`;
  const harm = [
    ...(lost > 0 ? [`${lost} lost`] : []),
    ...(corrupted > 0 ? [`${corrupted} corrupted`] : []),
    ...(duplicated > 0 ? [`${duplicated} duplicated`] : []),
    ...(unexpected > 0 ? [`${unexpected} stored although refused`] : []),
    ...(linearizable === false ? ['register values in an impossible order'] : []),
    ...(stale > 0 && rules.freshReads ? [`${stale} not seen by a later read`] : []),
  ];
  if (acknowledged > 0 && lost === acknowledged && !found.everSeen && !rules.proven) {
    const reason = `None ${of} could ever be read: either the target keeps nothing, or chaos.ledger.read looks in the wrong place.`;
    return { verdict: 'inconclusive', reason };
  }
  if (harm.length > 0) {
    const [first] = findings;
    const example = first === undefined ? '' : ` First: ${first.token}, ${first.detail}.`;
    return { verdict: 'fail', reason: `${sentence(harm.join(', '))}, ${of}.${example}` };
  }
  if (acknowledged === 0) return { verdict: 'inconclusive', reason: 'No write was acknowledged.' };
  const example = found.unread === null ? '' : ` First: ${found.unread.token}, ${found.unread.why}.`;
  if (!readBack.afterRecovery) {
    const reason = `The target did not answer well enough to read everything back.${example}`;
    return { verdict: 'inconclusive', reason };
  }
  if (restarted && !readBack.afterRestart) {
    return { verdict: 'inconclusive', reason: `After the restart not everything could be read back.${example}` };
  }
  const registers = linearizable === true ? '; registers are linearizable' : '';
  const after = readBack.afterRestart ? 'after recovery and after a restart' : 'after recovery; it was not restarted';
  return { verdict: 'pass', reason: `Every one ${of} was read back ${after}${registers}.` };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
