import { z } from 'zod';
import { ShakedownError } from '../../model/error.ts';
import type { Configuration } from '../configuration.ts';
import { catalogNames } from './catalogs.ts';

const reference = z
  .string()
  .regex(
    /^(gate|domain|document):[\w-]{1,80}$|^part:[\w-]{1,80}\.[\w-]{1,80}$/,
    'must be gate:…, domain:…, part:….… or document:…',
  );
const day = z.iso.date();

const control = z.strictObject({
  id: z.string().min(1).max(100).describe('As the framework names it.'),
  framework: z.string().min(1).max(100).default('own').describe('Framework that it is from.'),
  title: z.string().min(1).max(500).describe('What the control requires.'),
  evidence: z.array(reference).max(20).default([]).describe('What shows that it is met; all of it is needed.'),
});

const schemas = {
  compliance: z
    .strictObject({
      start: z
        .array(z.enum(catalogNames))
        .nullable()
        .default(null)
        .describe(
          'Built-in lists of controls to start with; for the sample system soc2-change, else none when absent.',
        ),
      controls: z
        .array(control)
        .max(2000)
        .default([])
        .describe('Controls of your own, or in place of one with the same id.'),
      oscal: z
        .string()
        .nullable()
        .default(null)
        .describe('An OSCAL catalog (JSON) whose controls are asked for as well.'),
      evidence: z
        .record(z.string(), z.array(reference).max(20))
        .default({})
        .describe('What shows that a control is met, by its id, in place of what its list says.'),
      documents: z
        .record(
          z.string().regex(/^[\w-]{1,80}$/),
          z.strictObject({
            file: z.string().describe('The document.'),
            sha256: z
              .string()
              .regex(/^[0-9a-f]{64}$/)
              .describe('Its digest, so that nobody exchanges it.'),
            expires: day.describe('Last day on which it counts, such as 2027-03-31.'),
          }),
        )
        .default({})
        .describe('Documents that show what no run can, by the name that evidence uses.'),
      notApplicable: z
        .array(
          z.strictObject({
            id: z.string().min(1).describe('Id of the control.'),
            reason: z.string().min(1).max(1000).describe('Why it does not apply.'),
            owner: z.string().min(1).max(200).describe('Who says so.'),
            expires: day.describe('Last day on which that counts.'),
          }),
        )
        .max(500)
        .default([])
        .describe('Controls that do not apply. They are counted and shown.'),
    })
    .prefault({})
    .describe('Controls that an auditor asks for, each tied to evidence.'),
};

type Written = z.output<(typeof schemas)['compliance']>;

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    compliance: Omit<Written, 'start'> & { start: readonly (typeof catalogNames)[number][] };
  }
}

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      compliance: {
        start: ['soc2-change', 'gdpr-test-data'],
        controls: [
          { id: 'OPS-7', framework: 'own', title: 'The runbook was read by the shift', evidence: ['document:runbook'] },
        ],
        oscal: null,
        evidence: { 'CC8.1 b': ['gate:functional', 'gate:uat'] },
        documents: { runbook: { file: 'docs/runbook.pdf', sha256: '0'.repeat(64), expires: '2027-03-31' } },
        notApplicable: [
          {
            id: 'Art. 30',
            reason: 'kept by the data protection officer',
            owner: 'dpo@example.com',
            expires: '2027-03-31',
          },
        ],
      },
    },
  ],
  resolve({ compliance }, { at, isSample, refuseEvidence }) {
    const ids = compliance.controls.map(({ id }) => id);
    const twice = ids.find((id, i) => ids.indexOf(id) !== i);
    if (twice !== undefined)
      throw new ShakedownError('CONFIG_INVALID', `compliance.controls has ${JSON.stringify(twice)} twice.`, {
        hint: 'Give each control an id of its own.',
      });
    const named = [
      ...compliance.controls.map(
        ({ id, evidence }) => [`compliance.controls ${JSON.stringify(id)}`, evidence] as const,
      ),
      ...Object.entries(compliance.evidence).map(
        ([id, evidence]) => [`compliance.evidence ${JSON.stringify(id)}`, evidence] as const,
      ),
    ];
    for (const [key, evidence] of named) for (const one of evidence) refuseEvidence?.(one, key);
    return {
      compliance: {
        ...compliance,
        start: compliance.start ?? (isSample ? ['soc2-change'] : []),
        oscal: compliance.oscal === null ? null : at(compliance.oscal),
        documents: Object.fromEntries(
          Object.entries(compliance.documents).map(([name, one]) => [name, { ...one, file: at(one.file) }]),
        ),
      },
    };
  },
};
