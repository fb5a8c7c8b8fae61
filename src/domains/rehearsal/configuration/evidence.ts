import { z } from 'zod';
import { move } from '../blue-green/evidence.ts';
import { requestsEvidence } from '../witness/evidence.ts';

const count = z.int().min(0);

/** What every instance of a side shows to be in force, held against what is declared for it. */
const seen = z.object({
  kind: z.literal('seen'),
  /** `before`: of what ran before; `applied`, `end`: of the new configuration; `back`: of what runs after the way back. */
  when: z.enum(['before', 'applied', 'end', 'back']),
  instances: z.array(
    z.object({
      name: z.string(),
      /** Where it differs; no value of a secret. */
      differences: z.array(z.string()),
      /** Secrets of which it shows nothing. */
      unseen: z.array(z.string()),
      /** Why it shows nothing; null: it does. */
      error: z.string().nullable(),
    }),
  ),
});

export const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('declared'),
    /** null: none is named. */
    file: z.string().nullable(),
    /** Why it can't be rendered; null: it can. */
    error: z.string().nullable(),
    /** null: there is no schema, or none that is understood whole. */
    problems: z.array(z.string()).nullable(),
    /** Why its schema says nothing. */
    schemaError: z.string(),
    /** null: nothing is declared for what runs. */
    presentError: z.string().nullable(),
    changes: z.array(z.object({ at: z.string(), before: z.string(), after: z.string() })),
    secrets: count,
  }),
  seen,
  /** An instance can't be asked: no path is configured. */
  z.object({ kind: z.literal('no-probe') }),
  z.object({ kind: z.literal('up'), side: z.string(), tookMs: z.number(), error: z.string().nullable() }),
  z.object({
    kind: z.literal('asked'),
    rollbackMs: z.number(),
    tried: z.array(z.string()),
    notTried: z.array(z.object({ kind: z.string(), why: z.string() })),
  }),
  z.object({ kind: z.literal('baseline'), requests: count, failed: count, example: z.string() }),
  move,
  z.object({ kind: z.literal('trigger'), reason: z.string() }),
  requestsEvidence,
  /** Files of instances in which a secret was looked for, in every encoding that is known, and those in which one was found. */
  z.object({ kind: z.literal('printed'), files: count, found: z.array(z.string()) }),
]);

export type Evidence = z.output<typeof evidence>;
export type Seen = z.output<typeof seen>;
