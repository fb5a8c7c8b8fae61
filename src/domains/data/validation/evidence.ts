import { z } from 'zod';

const count = z.number();

/** What was seen of staging's database. */
export const stagingEvidence = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('database'), shown: z.string(), how: z.string() }),
  z.object({
    kind: z.literal('report'),
    /** Null: it is there, and these are its figures. */
    missing: z.string().nullable(),
    digest: z.string(),
    /** It is what was written when the copy was made. */
    isWhole: z.boolean(),
    at: z.string(),
    ageDays: count,
    passed: z.boolean(),
    source: z.string(),
    keyGiven: z.boolean(),
    lost: z.array(z.string()),
    maxAgeDays: count,
    /** Whether it is of the database that was looked at; null: that was not asked. */
    belongs: z
      .object({
        /** `unmarked`: nothing in the database says so, and it is not the one that was written to. */
        as: z.enum(['copy', 'source', 'other', 'unmarked']),
        here: z.string(),
        target: z.string(),
        /** With their rows when the copy was made. */
        tables: z.array(z.object({ name: z.string(), rows: count })),
        /** Tables that the report does not name. */
        unnamed: z.array(z.string()),
        /** Tables with rows that are not there any more. */
        gone: z.array(z.string()),
      })
      .nullable()
      .default(null),
  }),
  z.object({
    kind: z.literal('scan'),
    tables: z.array(z.object({ name: z.string(), rows: count, looked: count })),
    checked: count,
    findings: z.array(
      z.object({ place: z.string(), kind: z.string(), count, masked: z.string(), ignored: z.string().nullable() }),
    ),
    notRead: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('counts'),
    leastShare: count,
    tables: z.array(z.object({ name: z.string(), here: count.nullable(), production: count })),
  }),
  z.object({ kind: z.literal('references'), keys: z.array(z.object({ name: z.string(), dangling: count })) }),
  z.object({
    kind: z.literal('ids'),
    leastShare: count,
    recording: z.string(),
    routes: z.array(
      z.object({ route: z.string(), column: z.string(), requests: count, found: count, ids: count, idsFound: count }),
    ),
    /** Routes of the recording with a parameter that nothing says the column of. */
    unnamed: z.array(z.object({ route: z.string(), requests: count })),
    /** Besides those. */
    moreUnnamed: count.default(0),
  }),
]);

export type StagingEvidence = z.output<typeof stagingEvidence>;
export type EvidenceOf<Kind extends StagingEvidence['kind']> = Extract<StagingEvidence, { kind: Kind }>;
