import { z } from 'zod';
import { requestsEvidence } from '../witness/evidence.ts';

const count = z.int().min(0);
const milliseconds = z.number();

const switched = z.object({
  kind: z.literal('switched'),
  to: z.enum(['on', 'off']),
  /** Until the driver said that it is done. */
  setMs: milliseconds,
  /** Why it could not; null: it says that it did. */
  error: z.string().nullable(),
  /** From when the driver began until an instance was seen to serve it; null: it was not, in time. */
  instances: z.array(z.object({ name: z.string(), servedMs: milliseconds.nullable() })),
});

const evaluations = z.object({
  kind: z.literal('evaluations'),
  /** `off`: after it was switched back. */
  when: z.enum(['before', 'on', 'off']),
  sent: count,
  /** No answer, or a status that is no success. */
  failed: count,
  /** Answers without a variant. */
  unseen: count,
  /** Evaluations with reason DEFAULT or ERROR. */
  defaulted: count,
  example: z.string(),
  /** Other than the off variant, where all should have that. */
  others: count,
});

const arm = z.object({
  variant: z.string(),
  sessions: count,
  requests: count,
  failed: count,
  /** Median response time of each session, ms. */
  times: z.array(milliseconds),
});

export const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('asked'),
    flag: z.string().nullable(),
    on: z.string(),
    off: z.string(),
    sharePercent: z.number(),
    propagateMs: milliseconds,
    slowdownPercent: z.number(),
    isSeen: z.boolean(),
  }),
  z.object({ kind: z.literal('up'), tookMs: milliseconds, error: z.string().nullable() }),
  switched,
  evaluations,
  z.object({ kind: z.literal('arms'), arms: z.array(arm), changed: count, sessions: count }),
  requestsEvidence,
]);

export type Evidence = z.output<typeof evidence>;
export type Arm = z.output<typeof arm>;
