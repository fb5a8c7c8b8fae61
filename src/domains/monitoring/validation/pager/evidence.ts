import { z } from 'zod';

const text = z.string();
const count = z.int().min(0);
const seconds = z.number();

/** What one integration got. */
const outcome = z.object({
  receiver: text,
  integration: text,
  index: z.number(),
  /** Alerts that were routed to it. */
  alerts: z.array(text),
  attempts: count,
  /** How long its groups wait before the first message, at the most. */
  waitS: seconds.optional(),
  /** Alerts that it was told of though no route leads them here. */
  strangers: z.array(text).default([]),
  /** From the alert to the first attempt, and to the first that was taken; null: there was none. */
  firstS: seconds.nullable(),
  takenS: seconds.nullable(),
  /** What Alertmanager wrote of it; null: nothing. */
  log: text.nullable(),
});

export const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('routes'),
    /** What is wrong with the tree as it stands. */
    faults: z.array(z.object({ path: text, fault: text })),
    /** By our reading of it, and by Alertmanager's own tool. null: that could not be asked. */
    alerts: z.array(
      z.object({
        ...{ alert: text, ours: z.array(text), amtool: z.array(text).nullable(), byDefault: z.boolean() },
        /** A receiver of it tells somebody. Absent in runs of before it was looked at. */
        isTold: z.boolean().exactOptional(),
      }),
    ),
    /** Routes that no alert of the rules takes. */
    untaken: z.array(text).exactOptional(),
    /** Alerts that always fire, with the receivers that get them and how often. */
    always: z.array(z.object({ alert: text, receivers: z.array(text), everyS: seconds })),
  }),
  /** The receivers answered in one way for so long, then as they should. */
  z.object({ kind: z.literal('behaviour'), behaviour: text, heldS: seconds, outcomes: z.array(outcome) }),
  /** Nobody sends the alert that always fires any more. */
  z.object({
    kind: z.literal('silence'),
    alert: text,
    receiver: text,
    /** Between its messages while all was well. */
    everyS: seconds.nullable(),
    /** Messages that came after the first interval of silence. */
    after: count,
    watchedS: seconds,
  }),
  /** A Prometheus that died says nothing, and Alertmanager takes what fired as resolved. */
  z.object({
    kind: z.literal('false-end'),
    receivers: z.array(text),
    afterS: seconds.nullable(),
    endsAfterS: seconds,
    /** Messages of its beginning. */
    begun: count.optional(),
    /** A real Prometheus was killed while the alert fired; absent: Alertmanager was told so in its place. */
    isKilled: z.boolean().optional(),
  }),
  /** As many alerts of one rule at once: what of their group arrived, by integration. */
  z.object({
    kind: z.literal('large-group'),
    alerts: count,
    outcomes: z.array(
      z.object({
        ...{ receiver: text, integration: text, index: z.number(), alert: text, messages: count, taken: count },
        /** Of the alerts' instances, how many its texts name. */
        named: count,
        /** Whether it says how many there are, and whether something was left out. */
        ...{ saysHowMany: z.boolean(), cut: z.boolean() },
        /** Characters. */
        longest: count,
        faults: z.array(text),
      }),
    ),
  }),
  /** Silences of the Alertmanager that is there, that are on or to come. */
  z.object({
    kind: z.literal('silences'),
    silences: z.array(
      z.object({
        ...{ id: text, state: text, by: text, hasComment: z.boolean(), matchers: z.array(text) },
        ...{ lastsS: seconds, leftS: seconds },
        /** Alerts of the rules that it holds back: those that page somebody, and others. */
        ...{ pages: z.array(text), others: z.array(text) },
      }),
    ),
  }),
  /** An alert fired under a silence, which was then ended. */
  z.object({
    kind: z.literal('silenced'),
    /** Messages while it was silent, and from then on by receiver. */
    during: count,
    messages: z.record(text, count),
    routedTo: z.array(text),
    intervalS: seconds,
    afterS: seconds.nullable(),
  }),
  /** All mute and active times of a copy were on, or off. */
  z.object({
    kind: z.literal('muted'),
    isOn: z.boolean(),
    outcomes: z.array(z.object({ alert: text, receiver: text, messages: count, expected: z.boolean() })),
  }),
  /** Time intervals as they are written. */
  z.object({
    kind: z.literal('times'),
    intervals: z.array(
      z.object({
        name: text,
        /** Routes that it mutes, and those that are told only while it is on. */
        ...{ mutes: z.array(text), activates: z.array(text) },
        /** Alerts that nobody is told of while it is on. */
        silenced: z.array(z.object({ alert: text, isPage: z.boolean() })),
        ...{ locations: z.array(text), unknownLocations: z.array(text), hasClock: z.boolean() },
        /** 0 to 1, of the coming year; null: a place is not known. */
        shareOfYear: z.number().nullable(),
        /** Days on which clocks change within it. */
        changes: z.array(z.object({ name: text, location: text, day: text, minutes: count, usualMinutes: count })),
      }),
    ),
  }),
  /** What the Prometheus operator makes of AlertmanagerConfig resources: what nobody wrote, and what it does not take. */
  z.object({ kind: z.literal('operator'), differences: z.array(text), refused: z.array(text) }),
  /** The clock of a server against ours. */
  z.object({ kind: z.literal('clock'), of: text, aheadMs: z.number(), withinMs: z.number() }),
  /** Alertmanager was not there when an alert began to fire. */
  z.object({ kind: z.literal('down'), downS: seconds, receivedS: seconds.nullable() }),
  /** Messages of one alert by receiver, from a pair. */
  z.object({
    kind: z.literal('pair'),
    when: z.enum(['both', 'one killed']),
    messages: z.record(text, count),
    /** Receivers that it is routed to. */
    routedTo: z.array(text).optional(),
    firstS: seconds.nullable(),
  }),
  z.object({
    kind: z.literal('restart'),
    how: z.enum(['in order', 'killed']),
    messages: z.record(text, count),
    routedTo: z.array(text).optional(),
  }),
  /** One of these could not be tried. */
  z.object({ kind: z.literal('not-tried'), what: text, why: text }),
]);

export type Evidence = z.output<typeof evidence>;
export type Kind<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;
