import { z } from 'zod';

const text = z.string();

/** What became of a mutant. `own`: a test of the user's caught it; `generated`: only a generated one; `survived`: none did. */
const fates = ['own', 'generated', 'survived', 'equivalent', 'not-tried'] as const;

export const evidence = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('program'), name: text, version: text }),
  /** The copy without a change. */
  z.strictObject({ kind: z.literal('unmutated'), of: text, tests: z.enum(['own', 'generated']), passed: z.boolean() }),
  z.strictObject({
    kind: z.literal('generated'),
    rule: text,
    file: text,
    line: z.number(),
    path: text,
    tests: z.number(),
  }),
  /** No tests could be generated, or the user's own were not tried. */
  z.strictObject({ kind: z.literal('not-generated'), rule: text, file: text, line: z.number(), reason: text }),
  z.strictObject({
    kind: z.literal('mutant'),
    operator: text,
    /** Name of the rule, or place of the route. */
    of: text,
    file: text,
    line: z.number(),
    what: text,
    fate: z.enum(fates),
    /** Why it is equivalent, or by what it was caught, or why it was not tried. */
    because: text.nullable(),
  }),
  z.strictObject({ kind: z.literal('not-looked-at'), what: text, reason: text }),
]);

export type Evidence = z.infer<typeof evidence>;
export type MutantEvidence = Extract<Evidence, { kind: 'mutant' }>;
