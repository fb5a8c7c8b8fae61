import { z } from 'zod';

const text = z.string();
const count = z.int().min(0);

const problemKinds = [
  ...['unknown-route', 'unknown-method', 'unknown-status', 'unknown-type', 'missing-header', 'no-content'],
  ...['unknown-field', 'write-only-field', 'missing-field', 'wrong-type', 'wrong-value', 'wrong-format'],
] as const;

/** What was found by holding the target's answers against one document. */
const held = z.object({
  kind: z.literal('held'),
  document: z.object({
    name: text,
    sha256: text,
    version: z.enum(['3.0', '3.1']),
    /** References that were not followed. */
    external: z.array(text),
    operations: z.array(z.object({ id: text, statuses: z.array(text) })),
  }),
  /** Day on which it was done. */
  day: text,
  operationsPercent: z.number(),
  accepted: z.array(z.object({ operation: text, what: text, reason: text, expires: text })),
  sessions: count,
  /** Why not all was asked that was wanted; null: it was. */
  stopped: text.nullable(),
  held: count,
  /** Answers that the contract is not about. */
  elsewhere: count,
  problems: z.array(z.object({ operation: text, kind: z.enum(problemKinds), status: text, what: text, count })),
  problemsLeftOut: count,
  /** `errors`: those whose status is one of an error, as `default` may stand for any; absent: there was none. */
  shown: z.array(z.object({ operation: text, status: text, count, errors: count.exactOptional() })),
  doubts: z.array(z.object({ what: text, count })),
  /** Requests that had no answer or could not be sent, by route; `answered`: those of the route that had one. */
  unanswered: z.array(z.object({ route: text, why: text, count, answered: count })),
  /** Answers that refused sessions whose login was left out, and the writes that were; absent: there was none. */
  notLoggedIn: z.object({ sessions: count, answers: count, routes: z.array(text) }).optional(),
});

/** A document against which nothing could be held. */
const unusable = z.object({ kind: z.literal('unusable'), name: text, error: text });

/** What was found by holding recorded messages against a JSON Schema. */
const messages = z.object({
  kind: z.literal('messages'),
  name: text,
  sha256: text,
  held: count,
  /** Beyond those that are looked at. */
  left: count,
  problems: z.array(z.object({ kind: z.enum(problemKinds), what: text, isForbidden: z.boolean(), count })),
  doubts: z.array(z.object({ what: text, count })),
});

/** What Schemathesis found with requests that it made up by a document. */
const madeUp = z.object({
  kind: z.literal('made-up'),
  document: text,
  version: text,
  asked: count,
  /** In words: of how many operations. */
  about: text,
  failures: z.array(z.object({ title: text, where: text })),
  problems: z.array(text),
  /** What it found of a server that answers against every document. */
  control: count,
  /** Why it could not be used; null: it was. */
  error: text.nullable(),
});

export const contractEvidence = z.discriminatedUnion('kind', [held, unusable, messages, madeUp]);
export type MadeUpEvidence = z.output<typeof madeUp>;
export type MessagesEvidence = z.output<typeof messages>;
export type HeldEvidence = z.output<typeof held>;
export type ContractEvidence = z.output<typeof contractEvidence>;
export type FoundProblem = HeldEvidence['problems'][number];
