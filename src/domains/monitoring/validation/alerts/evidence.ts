import { z } from 'zod';

const text = z.string();
const labels = z.record(text, text);
/** Wall clock, ms since the epoch. */
const epochMs = z.number();
const seconds = z.number();
const fault = text;

const loadedAlert = z.object({
  name: text,
  group: text,
  expression: text,
  forS: seconds,
  intervalS: seconds,
  labels,
  /** With their templates as they stand. */
  annotations: labels,
});

const change = z.object({ path: text, before: text.nullable(), after: text.nullable() });

const route = z.object({
  path: text,
  receiver: text,
  groupWaitS: seconds,
  groupIntervalS: seconds,
  /** Its integrations, each with whether it is told of a resolution. */
  integrations: z.array(z.object({ kind: text, index: z.number(), sendResolved: z.boolean() })),
  muteTimes: z.array(text),
});

export const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('set'),
    programs: z.array(z.object({ name: text, version: text })),
    /** In production, and while alerts are proved. */
    scrapeIntervalS: seconds,
    evaluationIntervalS: seconds,
    provedIntervalS: seconds,
    externalLabels: labels,
    alerts: z.array(loadedAlert),
    /** What copies differ in from the originals. */
    changes: z.array(change.extend({ file: text })),
    /** Every node of the routing tree. */
    routes: z.array(z.object({ path: text, receiver: text })),
    notStoodIn: z.array(z.object({ receiver: text, key: text })),
    /** Alerts that no fault is known for, with the reason. */
    noFault: z.array(z.object({ alert: text, why: text })),
  }),
  z.object({
    kind: z.literal('fault'),
    fault,
    title: text,
    /** `live`: done to the system; `series`: series that look like it; `none`: nothing is wrong. */
    means: z.enum(['live', 'series', 'none']),
    /** Alerts that it is to raise, and those that may come with it. */
    raises: z.array(text),
    mayRaise: z.array(text),
    /** Receivers that cannot take anything while it is on. */
    breaks: z.array(text).default([]),
    /** The system that it is done to: what is done to one does not show in another. */
    system: text.default('first'),
    atEpochMs: epochMs,
  }),
  z.object({ kind: z.literal('healed'), fault, atEpochMs: epochMs }),
  /** An alert came to be in another state. */
  z.object({
    kind: z.literal('state'),
    fault,
    alert: text,
    labels,
    annotations: labels,
    state: z.enum(['inactive', 'pending', 'firing']),
    /** When it was seen, and since when Prometheus has the alert active; null: it is not. */
    atEpochMs: epochMs,
    activeAtEpochMs: epochMs.nullable(),
    /** When it was last seen in the state before; absent: it was not known. */
    lastOtherEpochMs: epochMs.optional(),
  }),
  /** The clock was moved on: history was filled in as things went on, and a Prometheus took it up. For `downS` none evaluated. */
  z.object({
    kind: z.literal('jump'),
    fault,
    byS: seconds,
    downS: seconds,
    atEpochMs: epochMs,
    why: text,
    /** Alerts that were active and were not taken up, so that their `for` began anew. */
    lost: z.array(text).default([]),
  }),
  /** An alert ended while its fault was on, and scrapes had failed shortly before, by job: it may be that its series were not there. */
  z.object({
    kind: z.literal('unscraped'),
    ...{ fault, alert: text, failed: z.record(text, z.number()), atEpochMs: epochMs },
  }),
  /** Where an alert is to arrive by the routing tree, with the labels that it had. */
  z.object({
    kind: z.literal('routed'),
    fault,
    alert: text,
    routes: z.array(route.extend({ dedupKey: text })),
    /** All receivers that routes lead it to, with any of the labels that it had. */
    receivers: z.array(text).optional(),
    /** The firing alert that holds it back; null: none. */
    inhibitedBy: text.nullable(),
  }),
  z.object({
    kind: z.literal('message'),
    fault,
    receiver: text,
    integration: text,
    index: z.number(),
    status: z.enum(['firing', 'resolved']).nullable(),
    key: text.nullable(),
    severity: text.nullable(),
    /** Alerts that it speaks of, and whether it gives their runbook; null: they have none. */
    alerts: z.array(z.object({ name: text, runbook: z.boolean().nullable() })),
    /** A template found nothing where it expected a value. */
    noValue: z.boolean(),
    /** What a person reads of it, without what looks like a secret. */
    text,
    faults: z.array(text),
    fields: z.array(z.object({ name: text, value: text })),
    answer: text,
    taken: z.boolean(),
    atEpochMs: epochMs,
  }),
  /** All of one fault was seen, or could not be. */
  z.object({ kind: z.literal('ended'), fault, error: text.nullable(), atEpochMs: epochMs }),
]);

export type Evidence = z.output<typeof evidence>;
export type Kind<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;
