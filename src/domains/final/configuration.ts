import { z } from 'zod';
import type { Configuration } from '../configuration.ts';
import { usualMaxAgeHours } from './gates.ts';

const schemas = {
  final: z
    .strictObject({
      comprehensive: z.boolean().default(false).describe('Whether runs that are missing are made.'),
      simulationMs: z
        .int()
        .min(10_000)
        .default(120_000)
        .describe('How long a simulation that is missing runs, in milliseconds.'),
      maxAgeHours: z
        .number()
        .positive()
        .default(usualMaxAgeHours)
        .describe('How old an earlier run may be; a policy’s own age for the gate takes precedence.'),
    })
    .prefault({})
    .describe('The final validation, which joins all that is known of a candidate.'),
  candidate: z
    .strictObject({
      repository: z
        .string()
        .nullable()
        .default(null)
        .describe('Folder of the candidate’s git repository, for what changed since the version before it.'),
      since: z
        .string()
        .regex(/^[\w./-]+$/, 'must be the name of a git tag, branch or commit')
        .nullable()
        .default(null)
        .describe('Git tag or commit of the version before; the baseline version when absent.'),
      changes: z
        .string()
        .nullable()
        .default(null)
        .describe(
          'Path of a text file that says what changed, a line each, in place of a repository; empty lines and lines that begin with # do not count. If the file does not exist, it is not known what changed.',
        ),
      features: z.array(z.string().min(1).max(200)).max(200).default([]).describe('Features that are new in it.'),
      testedBefore: z
        .array(
          z.strictObject({
            name: z.string().min(1).max(200).describe('Such as `unit tests of the build`.'),
            url: z
              .string()
              .max(2000)
              .regex(/^[^@?]*$/, 'may hold no user, no password and no query')
              .nullable()
              .default(null)
              .describe('Where the result is; it is shown, never asked for.'),
          }),
        )
        .max(100)
        .default([])
        .describe('Tests that were done before staging, as the team states them.'),
    })
    .prefault({})
    .describe('What is known of the release candidate beside its version and artifacts.'),
};

type Written = { [K in keyof typeof schemas]: z.output<(typeof schemas)[K]> };

declare module '../../model/config.ts' {
  interface ResolvedConfig extends Written {}
}

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      final: { comprehensive: true, simulationMs: 600_000, maxAgeHours: 72 },
      candidate: {
        repository: '.',
        since: 'v2.0.0',
        changes: null,
        features: ['gift cards'],
        testedBefore: [{ name: 'unit tests of the build', url: 'https://ci.example.com/builds/4711' }],
      },
    },
  ],
  resolve: ({ final, candidate }, { at }) => ({
    final,
    candidate: {
      ...candidate,
      repository: candidate.repository === null ? null : at(candidate.repository),
      changes: candidate.changes === null ? null : at(candidate.changes),
    },
  }),
};
