import { z } from 'zod';

const text = z.string();

export const changeSchema = z.object({
  /** As oasdiff names the rule. */
  id: text,
  /** `error`: it breaks clients; `warning`: it may. */
  level: z.enum(['error', 'warning']),
  /** `GET /orders/{id}` */
  operation: text,
  /** Within the operation: `query limit`, `request body items[].id`, `answer 200 total`. */
  where: text,
  what: text,
});
export type Change = z.output<typeof changeSchema>;

const about = z.object({ name: text, sha256: text, version: text, operations: z.int().min(0) });

/** What was found by comparing two documents. */
const compared = z.object({
  kind: z.literal('compared'),
  baseline: about,
  candidate: about,
  /** Both documents hold the same; absent: in evidence of earlier versions. */
  isSame: z.boolean().optional(),
  day: text,
  changes: z.array(changeSchema),
  changesLeftOut: z.int().min(0),
  accepted: z.array(z.object({ operation: text, what: text, reason: text, expires: text })),
  /** What was not compared, and why. */
  doubts: z.array(text),
  /** oasdiff's own word; null: it is not installed. `error`: it could not be used; empty. */
  oasdiff: z.object({ version: text, error: text, only: z.array(text), missed: z.array(text) }).nullable(),
});

/** Two documents, one of which cannot be used. */
const unusable = z.object({ kind: z.literal('unusable'), name: text, error: text });

export const changeEvidence = z.discriminatedUnion('kind', [compared, unusable]);
export type ComparedEvidence = z.output<typeof compared>;
export type ChangeEvidence = z.output<typeof changeEvidence>;
