import { z } from 'zod';

const text = z.string();
const number = z.number();
const known = number.nullable();

export const evidence = z.discriminatedUnion('kind', [
  /** The Prometheus itself. null: it does not say. */
  z.object({
    kind: z.literal('server'),
    version: text.nullable(),
    /** How far its clock is ahead of ours, ms, and how exactly that is known. */
    clockAheadMs: known,
    clockWithinMs: known,
    /** `30d or 5GiB` */
    retention: text.nullable(),
    retentionS: known,
    hasSizeLimit: z.boolean(),
    reloadOk: z.boolean().nullable(),
    /** Its own counters of samples, evaluations and notifications that were lost, summed over their labels. */
    lost: z.record(text, number).nullable(),
    /** … and by how much they grew while it was looked at. */
    lostMeanwhile: z.record(text, number).nullable(),
    /** Started for this validation. */
    isOwn: z.boolean(),
    required: z.object({ scrapeIntervalS: number, retentionDays: number }),
    /** How far back was looked, s. */
    backS: number,
  }),
  z.object({
    kind: z.literal('target'),
    job: text,
    instance: text,
    health: text,
    error: text,
    /** null: it was not scraped yet. */
    lastScrapeAgeS: known,
    intervalS: known,
    timeoutS: known,
    /** Over the time that was looked back; null: not known. */
    usualS: known,
    slowestS: known,
    /** Scrapes that came to their timeout. */
    cutOff: known,
  }),
  /** A target that should be there and is not. */
  z.object({ kind: z.literal('missing'), job: text, why: text }),
  /** A target that asks another system for its figures, and says whether that answered. */
  z.object({
    kind: z.literal('exporter'),
    job: text,
    instance: text,
    /** `pg_up` */
    metric: text,
    /** null: it is not there. */
    value: known,
    targetUp: z.boolean(),
    timedOut: z.boolean(),
  }),
  /** A selector of a rule. */
  z.object({
    kind: z.literal('use'),
    selector: text,
    usedBy: z.array(text),
    state: z.enum(['present', 'never', 'uncollected', 'announced', 'stale', 'label', 'target', 'value']),
    words: text,
    /** Age of its newest sample, s. */
    ageS: known,
    intervalS: known,
  }),
  z.object({
    kind: z.literal('cardinality'),
    series: known,
    metrics: z.array(z.object({ name: text, series: number })),
    limit: number,
  }),
  z.object({
    kind: z.literal('label'),
    name: text,
    values: number,
    emails: number,
    tokens: number,
    ids: number,
    limit: number,
    /** Its values were too many to be looked at. */
    unread: z.boolean(),
  }),
  z.object({
    kind: z.literal('misuse'),
    usedBy: text,
    of: z.enum(['alert', 'recording']),
    severity: z.enum(['wrong', 'doubtful']),
    words: text,
  }),
  /** Expressions that were looked at for how they use counters, and those that cannot be read. */
  z.object({ kind: z.literal('uses'), expressions: number, unread: z.array(text), types: number }),
  z.object({ kind: z.literal('name'), metric: text, words: text }),
  z.object({
    kind: z.literal('recording'),
    rule: text,
    health: text,
    error: text,
    /** Moments at which both were evaluated, and those at which they were the same. */
    compared: number,
    agreed: number,
    difference: text,
  }),
  z.object({
    kind: z.literal('availability'),
    job: text,
    instance: text,
    measuredS: number,
    upS: number,
    outages: z.array(
      z.object({ fromS: number, toS: known, plannedS: number, alert: text.nullable(), detectedAfterS: known }),
    ),
    stepS: number,
  }),
  /** Something could not be asked. */
  z.object({ kind: z.literal('trouble'), topic: text, why: text }),
]);

export type Evidence = z.output<typeof evidence>;
export type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;
