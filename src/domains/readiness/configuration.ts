import { z } from 'zod';
import type { Configuration } from '../configuration.ts';

const text = (most: number) => z.string().min(1).max(most);

const schemas = {
  readiness: z
    .strictObject({
      criteria: z
        .string()
        .nullable()
        .default(null)
        .describe('File of success criteria (JSON); reports/policies/success-criteria.json of Shakedown when null.'),
      reasons: z
        .array(
          z.strictObject({
            run: text(100).describe('Id of the run that failed.'),
            reason: text(1000).describe('What was wrong with the attempt, and not with the candidate.'),
            owner: text(200).describe('Who says so.'),
          }),
        )
        .max(200)
        .default([])
        .describe('Reasons for failed attempts at a gate that a later attempt passed.'),
      authors: z
        .array(text(200))
        .max(500)
        .default([])
        .describe(
          'Who wrote the candidate, by the names that they sign with, beside the authors of `candidate.repository`. If the policy asks for four eyes, their approval does not count.',
        ),
    })
    .prefault({})
    .describe('The readiness report, which people decide on.'),
};

type Written = { [K in keyof typeof schemas]: z.output<(typeof schemas)[K]> };

declare module '../../model/config.ts' {
  interface ResolvedConfig extends Written {}
}

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      readiness: {
        criteria: 'reports/policies/success-criteria.json',
        reasons: [{ run: '2026-11-20T0900-7f3a', reason: 'the build machine was backed up meanwhile', owner: 'ann' }],
        authors: ['ann@example.com'],
      },
    },
  ],
  resolve: ({ readiness }, { at }) => ({
    readiness: { ...readiness, criteria: readiness.criteria === null ? null : at(readiness.criteria) },
  }),
};
