import { z } from 'zod';
import { databaseLoad } from './database-load.ts';
import { subjects } from './settings.ts';

const outcome = z.object({ ok: z.boolean(), detail: z.string(), tookMs: z.number() });

export const evidence = z.discriminatedUnion('kind', [
  /** What is to be checked, before anything is. */
  z.object({
    kind: z.literal('asked'),
    checks: z.array(z.object({ name: z.string(), of: z.enum(subjects), protocol: z.string() })),
    /** Subjects that the system is known not to have. */
    absent: z.array(z.enum(subjects)),
  }),
  /** One check: its tries, and tries with something wrong on purpose. */
  z.object({
    kind: z.literal('check'),
    name: z.string(),
    of: z.enum(subjects),
    protocol: z.string(),
    tries: z.array(outcome),
    controls: z.array(outcome.extend({ wrong: z.string(), forItsReason: z.boolean() })),
    withheld: z.array(z.string()),
  }),
  /** How busy a database was, over a few looks. */
  z.object({
    kind: z.literal('database'),
    name: z.string(),
    limits: z.object({
      connectionsPercent: z.number(),
      lockWaitS: z.number(),
      statementS: z.number(),
      idleInTransactionS: z.number(),
      replicationLagS: z.number(),
    }),
    looks: z.array(databaseLoad),
    /** Why it could not be looked at; null: it could. */
    error: z.string().nullable(),
  }),
]);

export type Evidence = z.output<typeof evidence>;
export type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;
