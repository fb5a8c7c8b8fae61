import { createHash } from 'node:crypto';
import { z } from 'zod';

const count = z.number();
const databaseMark = z.object({ system: z.string().nullable(), oid: z.string(), database: z.string() });

/** What was done with a database, and what the scan of the result found. No value of the source is in it. */
export const dataReport = z.object({
  format: z.literal('shakedown.data/1'),
  at: z.string(),
  source: z.string(),
  target: z.string(),
  keyGiven: z.boolean(),
  /** Of the recording whose vocabulary stays; null: none was named. */
  recording: z.string().nullable(),
  subset: z.array(z.string()).nullable(),
  resumed: z.boolean(),
  tables: z.array(z.object({ name: z.string(), rows: count, bytes: count })),
  rows: count,
  bytes: count,
  columns: z.array(
    z.object({ name: z.string(), action: z.string(), why: z.string(), isPersonal: z.boolean(), keptTexts: count }),
  ),
  /** Objects of the schema in which constants were replaced. */
  constantsReplaced: z.array(z.string()),
  leftOut: z.array(z.string()),
  references: z.array(z.object({ name: z.string(), source: count, result: count })),
  scan: z.object({
    passed: z.boolean(),
    checked: count,
    findings: count,
    listed: z.array(z.object({ place: z.string(), kind: z.string(), masked: z.string() })),
    /** Made-up texts that are something of the source by chance. */
    byChance: count,
    keptByRule: count,
    /** Share of the filter of the source's values that is used; past a half it takes many by chance. */
    filterFill: count,
  }),
  seconds: z.object({ learn: count, copy: count, finish: count, scan: count, all: count }),
  peakMemoryMb: count,
  /** Which databases they were, so that it is not taken for the report of another one; target null: files. */
  identity: z.object({ source: databaseMark, target: databaseMark.nullable() }).optional(),
});

export type DataReport = z.infer<typeof dataReport>;

/** Of its text, so that who has the report knows whether it is this one. */
export function digestOf(report: DataReport): string {
  return createHash('sha256').update(JSON.stringify(report)).digest('hex');
}
