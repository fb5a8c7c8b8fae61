import { z } from 'zod';

const count = z.int().min(0);
const text = z.string();
const reason = text.nullable();
/** Name of the entry of `monitoring.logs`. */
const store = text;

const marker = z.object({
  /** `plain`; `late`: its time was long ago when it was written; `shape`: with fields that the application's lines have. */
  kind: z.enum(['plain', 'late', 'shape']),
  /** What it is one of: `1 h ago`, `durationMs`; of a request where it was sent. */
  of: text,
  /** Why it could not be written; null: it was. */
  error: reason,
  /** What the back end said when it did not take it. */
  refused: reason,
  /** From writing to finding, ms; null: not found. */
  delayMs: z.number().nullable(),
  /** The line's own time less the time at which it was written, ms; null: not found, or it has none. */
  offMs: z.number().nullable(),
  /** As the line that was found says; `''`: it says none. */
  instance: text,
});

export const evidence = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('nothing') }),
  z.object({
    kind: z.literal('store'),
    store,
    type: text,
    /** `OpenSearch 2.19.1`; null: it can't be asked. */
    about: reason,
    error: reason,
    withinMs: z.number(),
    /** What was not asked for. */
    unasked: z.array(text),
  }),
  z.object({
    kind: z.literal('markers'),
    store,
    by: z.enum(['request', 'file', 'syslog', 'push']),
    /** The header that carried it. */
    header: text,
    markers: z.array(marker),
    /** How often it was looked, ms. */
    everyMs: z.number(),
    error: reason,
  }),
  z.object({
    kind: z.literal('counted'),
    store,
    files: count,
    written: count,
    missing: count,
    duplicates: count,
    by: z.enum(['content', 'count']),
    /** Of the lines that are missing: why, where an index shows why, and how many. */
    causes: z.array(z.object({ cause: text, lines: count })),
    error: reason,
  }),
  z.object({
    kind: z.literal('lines'),
    store,
    /** Lines that were looked at, and those of that time; null: it is not known how many. */
    looked: count,
    total: count.nullable(),
    instances: z.record(text, count),
    expected: z.array(text),
    missing: z.array(z.object({ field: text, lines: count })),
    levels: z.record(text, count),
    unknownLevels: z.array(text),
    personal: z.array(z.object({ kind: text, field: text, lines: count, isSure: z.boolean() })),
    /** Lines that hold a secret which was sent in a header; null: none was sent. */
    canaries: count.nullable(),
    error: reason,
  }),
  z.object({
    kind: z.literal('rate'),
    store,
    /** Whose counters it is compared with: `Prometheus`, `shop-1`. */
    of: text,
    logs: z.object({ requests: count, errors: count }).nullable(),
    metrics: z.object({ requests: z.number(), errors: z.number() }).nullable(),
    within: z.number(),
    error: reason,
  }),
  z.object({
    kind: z.literal('dropped'),
    store,
    /** Since the markers were written; null: it does not count. */
    rise: z.array(z.object({ reason: text, lines: z.number() })).nullable(),
  }),
  z.object({
    kind: z.literal('logstash'),
    store,
    error: reason,
    version: text,
    pipelines: z.array(
      z.object({
        id: text,
        /** Between both looks. */
        in: z.number(),
        out: z.number(),
        /** What filters took out on purpose or by mistake, and what they added. */
        filters: z.array(z.object({ name: text, lost: z.number() })),
        queued: z.number(),
        /** Since it was started. */
        deadLetters: z.object({ bytes: z.number(), dropped: z.number(), grown: z.number() }).nullable(),
        refused: z.number(),
        reloadFailures: z.number(),
      }),
    ),
  }),
  z.object({
    kind: z.literal('kibana'),
    store,
    error: reason,
    version: text,
    level: text,
    /** Titles; null: they can't be read. */
    dataViews: z.array(text).nullable(),
    wanted: z.array(text),
    /** Index patterns of log stores that no data view shows. */
    unseen: z.array(text),
  }),
]);

export type Evidence = z.infer<typeof evidence>;
export type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;
export type Marker = z.infer<typeof marker>;
