import { z } from 'zod';
import { difference } from '../system/difference.ts';
import { smokeEvidence } from '../system/smoke.ts';
import { requestsEvidence } from '../witness/evidence.ts';

const count = z.int().min(0);
const milliseconds = z.number();

/** How long answers of both versions took, of all moves to the candidate so far. */
const speed = z.object({
  kind: z.literal('speed'),
  /** The candidate may be slower by so much. */
  slowdownPercent: z.number(),
  /** Batches of consecutive answers, in order of time: geometric mean of response time ÷ what is usual for its route. */
  before: z.array(z.number().positive()),
  after: z.array(z.number().positive()),
  /** Of the version before, since it had the traffic again; they are among `before`, too. */
  back: z.array(z.number().positive()),
  /** That they are made of. */
  requests: z.object({ before: count, after: count }),
  /** Of the candidate, of routes of which nobody knows what is usual. */
  leftOut: count,
  /** How many times as long the side without traffic took to say that it is healthy; null: it is not known. */
  idleTimes: z.number().nullable(),
});

/** One move of all traffic. */
export const move = z.object({
  kind: z.literal('move'),
  /** `switch`: to the candidate; `rollback`: back. */
  purpose: z.enum(['switch', 'rollback']),
  from: z.string(),
  to: z.string(),
  atMs: milliseconds,
  /** From the decision until the switch said that it has the new weights. */
  setMs: milliseconds,
  /** From then until the last request was sent that the old side answered; 0: none was. */
  stragglersMs: milliseconds,
  stragglers: count,
  /** Requests sent in the time it was watched, from when the switch said so on, and those of them that the new side answered. */
  after: count,
  achieved: count,
  /** Of a switch that moves connections: requests on connections that were open before, which the old side answered. They are not among the others. */
  onOld: count.default(0),
  /** Requests under way on the old side when the traffic was moved, by kind. */
  inFlight: z.record(z.string(), count),
  /** Until nothing was under way on the old side; null: there still was when the time was over, or the switch does not say. */
  drainMs: milliseconds.nullable(),
  /** Still under way then; null: the switch does not say. */
  drainLeft: count.nullable(),
  /** Clients with a cookie of the switch that the old side still answered then. */
  tied: count.default(0),
  /** Instances of the old side that still served when the new one had the traffic, of all. */
  kept: z.tuple([count, count]),
});

export const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('up'),
    version: z.string(),
    side: z.string(),
    tookMs: milliseconds,
    error: z.string().nullable(),
    /** Candidate and current version are made of the same. */
    same: z.boolean(),
    difference,
  }),
  z.object({
    kind: z.literal('asked'),
    switches: count,
    inFlight: count,
    rollbackMs: milliseconds,
    failedPercent: z.number(),
    tried: z.array(z.string()),
    notTried: z.array(z.object({ kind: z.string(), why: z.string() })),
  }),
  /** Before any move. */
  z.object({ kind: z.literal('baseline'), requests: count, failed: count, example: z.string() }),
  move,
  /** Something made the traffic go back at once. */
  z.object({
    kind: z.literal('trigger'),
    reason: z.string(),
    /** From the first sign of it until it was decided. */
    decidedMs: milliseconds,
  }),
  /** The candidate was slow, and so was the machine; or its memory grew, and may yet level off. */
  z.object({ kind: z.literal('unclear'), reason: z.string() }),
  speed,
  requestsEvidence,
  smokeEvidence,
]);

export type Evidence = z.output<typeof evidence>;
export type Move = z.output<typeof move>;
export type Speed = z.output<typeof speed>;
