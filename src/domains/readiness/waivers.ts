import { z } from 'zod';
import { list } from '../../gate/words.ts';
import { plural } from '../../report-kit/format.ts';
import { check, type Judged } from '../part.ts';
import { type PolicyWaiver, policyWaivers } from '../policy-waivers.ts';
import { validationWork } from '../validation.ts';
import { factsOf } from './facts.ts';

const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('file'),
    isNamed: z.boolean(),
    signedBy: z.string().nullable(),
    problem: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('waiver'),
    ...{ objective: z.string(), reason: z.string(), owner: z.string(), until: z.string(), why: z.string().nullable() },
    /** What the objective came to in the run that counts; null: no run was judged by it. */
    verdict: z.enum(['pass', 'fail', 'inconclusive']).nullable(),
  }),
]);
export type WaiverEvidence = z.output<typeof evidence>;

/** Objectives that need not hold for a time, and whether each of them was needed. */
export const waivers = validationWork<WaiverEvidence>({
  evidence,
  async run(context) {
    const { waivers: all, signedBy, problem } = await policyWaivers(context);
    const isNamed = (context.config.policy?.waivers.file ?? null) !== null;
    context.record({ kind: 'file', isNamed, signedBy, problem });
    if (all.length === 0) return;
    const { objectives } = await factsOf(context);
    for (const one of all)
      context.record({
        kind: 'waiver',
        ...one,
        verdict: objectives.find(({ id }) => id === one.objective)?.verdict ?? null,
      });
  },
  judge: (pieces) => judgeWaivers(pieces.map(({ data }) => data)),
});

export const waiversTitle = 'Waivers';

export function waiverRows(waivers: readonly PolicyWaiver[]): string[][] {
  return waivers.map(({ objective, until, owner, reason, why }) => [objective, until, owner, reason, why ?? 'yes']);
}

export function judgeWaivers(all: readonly WaiverEvidence[]): Judged {
  const title = 'Waivers are signed by who may';
  const file = all.find((one) => one.kind === 'file');
  const given = all.filter((one) => one.kind === 'waiver');
  if (file === undefined)
    return { checks: [check('signed', title, 'inconclusive', 'They were not looked for.')], figures: [] };
  const inForce = given.filter(({ why }) => why === null);
  const used = inForce.filter(({ verdict }) => verdict !== null && verdict !== 'pass');
  const unused = given.filter((one) => !used.includes(one));
  const reason = !file.isNamed
    ? 'The policy allows none.'
    : (file.problem ?? `${plural(inForce.length, 'waiver')} of ${given.length}, signed by ${file.signedBy}.`);
  return {
    checks: [
      check(
        'signed',
        title,
        file.problem === null ? 'pass' : 'inconclusive',
        file.problem === null ? reason : `Nothing is waived: ${reason}.`,
      ),
    ],
    figures: [
      { name: 'Waivers in force', value: String(inForce.length) },
      { name: 'Needed', value: used.length === 0 ? 'none' : used.map(({ objective }) => objective).join(', ') },
      ...(unused.length === 0
        ? []
        : [
            {
              name: 'Not used',
              value: list(
                unused.map(({ objective, why }) => `${objective} (${why ?? 'it passed, or was not judged'})`),
              ),
            },
          ]),
    ],
    tables: [
      {
        title: waiversTitle,
        head: ['Objective', 'Until', 'Owner', 'Reason', 'Counts'],
        rows: waiverRows(given),
        figures: 0,
      },
    ],
  };
}
