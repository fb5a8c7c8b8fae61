import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ResolvedConfig } from '../../model/config.ts';
import type { Verdict } from '../../model/verdict.ts';
import { acceptanceOf } from '../../signing/acceptance.ts';

/** What people decided on a run. */
interface Decision {
  /** null: nobody has decided yet. */
  readonly verdict: Verdict | null;
  readonly sentence: string;
  /** Of the run's manifest; null: it has none. */
  readonly sha256: string | null;
}

/**
 * Whether people have decided on a run, so that the stage can go on: a signature that counts is needed for a yes. Whether those who signed are
 * enough is for the promotion, which knows the policy.
 * @param stageFolder the run lies beside it
 */
export async function decisionOn(
  runId: string | null,
  stageFolder: string,
  { allowedSigners, namespace }: ResolvedConfig['signing'],
): Promise<Decision> {
  const folder = runId === null ? null : join(dirname(stageFolder), runId);
  if (folder === null || !existsSync(join(folder, 'journal.ndjson')))
    return { verdict: 'inconclusive', sentence: 'There is no run that people could decide on.', sha256: null };
  const trust = allowedSigners === null ? null : { allowedSigners, namespace };
  const { evidence, signOffs } = await acceptanceOf(folder, trust);
  const sha256 = evidence.manifestSha256;
  if (evidence.tampered.length > 0) {
    const sentence = `The run ${runId} is not as it was left: ${evidence.tampered[0]}.`;
    return { verdict: 'inconclusive', sentence, sha256 };
  }
  // The latest of each person counts, in each of their roles.
  const latest = new Map(
    signOffs
      .filter(({ holds, standing }) => holds && standing === 'verified')
      .map((each) => [`${each.person}\n${each.role}`, each]),
  );
  const holding = [...latest.values()];
  const rejected = holding.find(({ decision }) => decision === 'reject');
  if (rejected !== undefined)
    return { verdict: 'fail', sentence: `${rejected.person} (${rejected.role}) rejected the run ${runId}.`, sha256 };
  const accepted = holding.filter(({ decision }) => decision === 'accept');
  if (accepted.length > 0) {
    const names = accepted.map(({ person, role }) => `${person} (${role})`).join(', ');
    return { verdict: 'pass', sentence: `Accepted with a signature by ${names}.`, sha256 };
  }
  const asserted = signOffs.length === 0 ? '' : ` ${signOffs.length} decided without a signature that counts.`;
  const trustWords = trust === null ? ' signing.allowedSigners is not set, so no signature counts.' : '';
  const sentence = `Nobody has accepted the run ${runId} with a signature yet.${asserted}${trustWords}`;
  return { verdict: null, sentence, sha256 };
}
