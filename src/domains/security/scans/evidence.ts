import { z } from 'zod';
import { barSchema } from '../bar-schema.ts';
import { findingSchema, risks } from '../finding.ts';

const text = z.string();

/** What a part of scans records: how it is judged, then each scan by its facts. */
export const scanEvidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('begun'),
    bar: barSchema,
    scans: z.array(text),
    penetrationTest: z.boolean(),
    candidate: z.array(text),
    /** Of which each has to be scanned. */
    artifacts: z.array(z.object({ name: text, digest: text })).default([]),
    /** Of which none has to be, and why. */
    unscanned: z.array(z.object({ artifact: text, reason: text })).default([]),
    previousVersion: text.nullable(),
  }),
  z.object({
    kind: z.literal('scan'),
    name: text,
    /** Why there is no result; null: there is one. */
    failed: text.nullable(),
    tool: text,
    version: text.nullable(),
    format: text,
    findings: z.array(findingSchema),
    /** Findings beyond those that are kept here. */
    more: z.number(),
    suppressed: z.number(),
    looked: z.object({ count: z.number(), unit: text }).nullable(),
    problems: z.array(text),
    digests: z.array(text),
    /** Who says of which digest it is; one does not stand in for another that says something else. */
    stated: z.array(z.object({ by: text, digests: z.array(text) })).default([]),
    /** null: unknown. */
    databaseAgeMs: z.number().nullable(),
    /** null: the kind of scan has no database. */
    maxDatabaseAgeMs: z.number().nullable(),
    control: z.object({ expects: text, found: z.boolean(), problem: text.nullable() }).nullable(),
    previous: z.object({ fingerprints: z.array(text), problem: text.nullable() }).nullable(),
  }),
  z.object({
    kind: z.literal('penetration-test'),
    file: text,
    sha256: text.nullable(),
    problem: text.nullable(),
    date: text,
    by: text,
    scope: text,
    digest: text,
    maxAgeDays: z.number(),
    open: z.partialRecord(z.enum(risks), z.number()),
  }),
]);
export type ScanEvidence = z.infer<typeof scanEvidence>;
export type ScanFacts = Extract<ScanEvidence, { kind: 'scan' }>;
