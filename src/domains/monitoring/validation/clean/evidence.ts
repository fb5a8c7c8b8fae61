import { z } from 'zod';

const text = z.string();
const epochMs = z.number();
const seconds = z.number();

export const evidence = z.discriminatedUnion('kind', [
  /** A stretch of time in which nothing was done to the system. */
  z.object({
    kind: z.literal('watched'),
    fromEpochMs: epochMs,
    seconds,
    /** The sample system, of which it is known that nothing is wrong. */
    isOwn: z.boolean(),
    /** Requests that the system answered meanwhile; null: it is not known which metric counts them. */
    requests: z.number().nullable(),
    /** Alerts of the rules, those that always fire, and those that need longer than this to come about. */
    alerts: z.array(text),
    always: z.array(text),
    tooSlow: z.array(text),
    /** Programs that are not on this machine, which alerts may say rightly. */
    missing: z.array(text),
    /** null: messages were seen. */
    messagesUnseen: text.nullable(),
    messages: z.int().min(0),
  }),
  z.object({ kind: z.literal('fired'), alert: text, labels: z.record(text, text), atEpochMs: epochMs, forS: seconds }),
  /** A message of an alert that does not always fire. */
  z.object({
    kind: z.literal('message'),
    ...{ receiver: text, integration: text, status: text.nullable(), alerts: z.array(text), atEpochMs: epochMs },
  }),
  /** A message that came again before its group's time. */
  z.object({
    kind: z.literal('again'),
    ...{ receiver: text, integration: text, alert: text, afterS: seconds, everyS: seconds, atEpochMs: epochMs },
  }),
]);

export type Evidence = z.output<typeof evidence>;
export type Kind<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;
