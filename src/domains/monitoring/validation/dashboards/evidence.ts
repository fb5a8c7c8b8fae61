import { z } from 'zod';

const text = z.string();

export const evidence = z.discriminatedUnion('kind', [
  /** What was to be read, before anything was. */
  z.object({ kind: z.literal('asked'), from: z.array(text), slowMs: z.number(), knowsDataSources: z.boolean() }),
  /** A file that is no dashboard, or could not be read. */
  z.object({
    kind: z.literal('unread'),
    file: text,
    why: text,
    /** It could not be looked at, and may be right. */
    isOpen: z.boolean().default(false),
  }),
  z.object({ kind: z.literal('dashboard'), title: text, file: text, panels: z.number(), queries: z.number() }),
  z.object({
    kind: z.literal('variable'),
    dashboard: text,
    name: text,
    type: text,
    options: z.number(),
    /** Why it has no value; null: it has one. */
    why: text.nullable(),
  }),
  /** A data source that is not there. */
  z.object({ kind: z.literal('data-source'), dashboard: text, where: text, why: text }),
  z.object({
    kind: z.literal('query'),
    dashboard: text,
    panel: text,
    refId: text,
    /** As it was asked, with its variables filled in. */
    expression: text,
    isHidden: z.boolean(),
    /** `skipped`: it was not asked. `nan`: every value is no number. */
    state: z.enum(['data', 'nan', 'empty', 'failed', 'skipped']),
    series: z.number(),
    tookMs: z.number(),
    /** Why it is empty, was not asked or failed; of those that have data, none. */
    reason: z.enum([
      'none',
      'missing',
      'uncollected',
      'unmatched',
      'short',
      'quiet',
      'nothing',
      'refused',
      'variable',
      'source',
      'elsewhere',
    ]),
    words: text,
  }),
  z.object({
    kind: z.literal('misuse'),
    dashboard: text,
    panel: text,
    severity: z.enum(['wrong', 'doubtful']),
    words: text,
  }),
  z.object({ kind: z.literal('trouble'), topic: text, why: text }),
]);

export type Evidence = z.output<typeof evidence>;
export type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;
