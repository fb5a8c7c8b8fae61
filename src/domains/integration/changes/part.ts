import { isDeepStrictEqual } from 'node:util';
import { onPath } from '../../../environment/paths.ts';
import { firstError, ShakedownError } from '../../../model/error.ts';
import { type ValidationContext, validationWork } from '../../validation.ts';
import { operationsOf } from '../openapi/operations.ts';
import { type ChangeSettings, documentFrom, nameOf } from '../settings.ts';
import { compareDocuments } from './compare.ts';
import { type ChangeEvidence, type ComparedEvidence, changeEvidence } from './evidence.ts';
import { judgeChanges } from './judge.ts';
import { askOasdiff } from './oasdiff.ts';

const changesAtMost = 500;

/** What breaks clients between the documents of two versions. */
export const changes = validationWork<ChangeEvidence>({
  evidence: changeEvidence,
  async run(context: ValidationContext<ChangeEvidence>) {
    const { config, record, signal } = context;
    const settings = config.integration.changes;
    if (settings.length === 0) {
      throw new ShakedownError('NOT_CONFIGURED', 'No documents to compare are configured.', {
        hint: 'Name those of two versions in integration.changes.',
      });
    }
    const [program] = onPath('oasdiff');
    for (const [i, one] of settings.entries()) {
      // A document that cannot be used costs no other pair.
      try {
        record(await compared(one, i, program, context));
      } catch (error) {
        signal.throwIfAborted();
        const { message, hint } = firstError(error);
        const name = `${nameOf(one.baseline)} and ${nameOf(one.candidate)}`;
        record({ kind: 'unusable', name, error: [message, hint].filter(Boolean).join(' ') });
      }
    }
  },
  judge: (evidence) => judgeChanges(evidence),
});

async function compared(
  one: ChangeSettings,
  i: number,
  program: string | undefined,
  context: ValidationContext<ChangeEvidence>,
): Promise<ComparedEvidence> {
  const { phase, signal } = context;
  const baseline = await documentFrom(one.baseline, context, `${i + 1}-baseline`);
  const candidate = await documentFrom(one.candidate, context, `${i + 1}-candidate`);
  phase(`comparing ${baseline.document.name} with ${candidate.document.name}`);
  const { changes: found, doubts } = compareDocuments(baseline.document, candidate.document);
  const about = ({ document, sha256 }: typeof baseline) => ({
    ...{ name: document.name, sha256, version: document.version, operations: operationsOf(document).length },
  });
  const external = [...baseline.document.external, ...candidate.document.external];
  const kept = await (program === undefined
    ? { oasdiff: null, changes: found }
    : askOasdiff(program, { baseline: baseline.copy, candidate: candidate.copy, external, own: found, signal }));
  return {
    kind: 'compared',
    ...{ baseline: about(baseline), candidate: about(candidate), accepted: [...one.accepted] },
    isSame: isDeepStrictEqual(baseline.document.root, candidate.document.root),
    day: new Date().toISOString().slice(0, 10),
    changes: kept.changes.slice(0, changesAtMost),
    changesLeftOut: Math.max(0, kept.changes.length - changesAtMost),
    doubts: [...doubts, ...external.map((ref) => `${ref} is not in the document, and was not followed`)].slice(0, 100),
    oasdiff: kept.oasdiff,
  };
}
