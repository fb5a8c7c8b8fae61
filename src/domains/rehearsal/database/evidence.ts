import { z } from 'zod';

const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();
const text = z.string();
const direction = z.enum(['up', 'down']);

/** Answers while something was done, of the users' requests and of the statements that stand in for users. */
const answers = z.object({
  requests: count,
  failed: count,
  /** The first failure; empty: none. */
  example: text,
  worstMs: milliseconds,
  /** Which took longest. */
  worst: text,
  /** That took longer than allowed. */
  slow: count,
  /** Of these, those during which a client waited for a lock that the migration held or waited for. */
  slowByLock: count,
  /** Of these, those during which the client itself stood still. */
  slowByClient: count,
});

export const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('source'),
    /** Where it comes from: `migrations (6 steps)`, `command`. */
    from: text,
    /** Database and host, without what opens it. */
    database: text,
    steps: z.array(
      z.object({ name: text, isContract: z.boolean(), isReversible: z.boolean(), isBatched: z.boolean() }),
    ),
    /** Whether the users' requests meet this database. */
    meetsTraffic: z.boolean(),
    worstMs: milliseconds,
    lockTimeoutMs: milliseconds,
    blockerMs: milliseconds,
    productionRows: count.nullable(),
  }),
  z.object({
    kind: z.literal('static'),
    /** null: there is no squawk here. */
    squawk: text.nullable(),
    findings: z.array(z.object({ step: text, rule: text, says: text, by: z.enum(['own', 'squawk']) })),
  }),
  /** Tables that the migration touches, and their rows before. */
  z.object({ kind: z.literal('tables'), tables: z.array(z.object({ name: text, rows: count })), allRows: count }),
  z.object({
    kind: z.literal('step'),
    /** `quiet`: without load; `killed`: cut off in the middle, then run again; `load`: under load. */
    cycle: z.enum(['quiet', 'killed', 'load']),
    direction,
    step: text,
    startMs: milliseconds,
    tookMs: milliseconds,
    /** How often a lock was not got in time, and asked for again. */
    retries: count,
    batches: count,
    rows: count,
    /** It was cut off in the middle. */
    isCut: z.boolean(),
    error: text.nullable(),
  }),
  /** What a database is, held against what it should be. */
  z.object({
    kind: z.literal('compared'),
    moment: z.enum(['migrated', 'restored', 'resumed', 'reverted', 'restored under load']),
    schema: z.array(text),
    schemaDifferences: count,
    /** null: not compared, as the load went on writing. */
    rows: z.array(text).nullable(),
    invalidIndexes: z.array(text),
    invalidConstraints: z.array(text),
  }),
  /** A statement of the old or the new code on a schema. */
  z.object({
    kind: z.literal('statement'),
    code: z.enum(['old', 'new']),
    /** null: before the first step. */
    after: text.nullable(),
    statement: text,
    /** Prepared now; null: it worked. */
    fresh: text.nullable(),
    /** Prepared on a pooled connection before the step; null: it worked, or there was no step. */
    pooled: text.nullable(),
  }),
  z.object({
    kind: z.literal('load'),
    /** null: before the first step. */
    step: text.nullable(),
    direction,
    tookMs: milliseconds,
    users: answers.nullable(),
    statements: answers,
    /** The longest that a client waited for a lock while the migration held it or waited for it. */
    lockWaitMs: milliseconds,
    /** Clients that waited at the same time, at the most. */
    waiters: count,
    /** What waited longest, without its values. */
    waited: text,
    /** Locks of the migration that were seen: `AccessExclusiveLock on orders`. */
    locks: z.array(text),
  }),
  /** How long transactions that only sat there held their locks, in all, and how many there were. */
  z.object({ kind: z.literal('blocker'), heldMs: milliseconds, times: count }),
]);

export type Evidence = z.output<typeof evidence>;
export type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;
export type Answers = z.output<typeof answers>;
