import { z } from 'zod';
import { difference } from '../system/difference.ts';
import { smokeEvidence } from '../system/smoke.ts';
import { requestsEvidence } from '../witness/evidence.ts';

const count = z.int().min(0);
const milliseconds = z.number();

const arm = z.object({
  requests: count,
  failed: count,
  /** Slower than the slowest twentieth of the same route on the current version. */
  slow: count,
  /** Geometric mean of response time ÷ what is usual for its route; null: nothing was answered. */
  index: z.number().positive().nullable(),
});

const window = z.object({
  kind: z.literal('window'),
  step: count,
  startMs: milliseconds,
  control: arm,
  candidate: arm,
  /** Requests of all sides. */
  all: count,
});

const memory = z.object({
  kind: z.literal('memory'),
  step: count,
  atMs: milliseconds,
  controlMb: z.number(),
  candidateMb: z.number(),
});

export const decisions = ['promote', 'hold', 'rollback'] as const;

export const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('up'),
    version: z.string(),
    tookMs: milliseconds,
    error: z.string().nullable(),
    /** Candidate and current version are made of the same. */
    same: z.boolean(),
    difference,
  }),
  z.object({
    kind: z.literal('asked'),
    steps: z.array(z.number()),
    stepMs: milliseconds,
    deadlineMs: milliseconds,
    minimumRequests: count,
    slowdownPercent: z.number(),
    failedPoints: z.number(),
    memoryMbPerMinute: z.number(),
    /** Length of the windows of each step. */
    windowMs: z.array(milliseconds),
  }),
  /** The traffic of a step. */
  z.object({ kind: z.literal('step'), step: count, share: z.number(), controlShare: z.number(), atMs: milliseconds }),
  window,
  memory,
  z.object({
    kind: z.literal('decision'),
    step: count,
    decision: z.enum(decisions),
    reason: z.string(),
    /** How long the step had lasted, and how many windows and points of memory were seen. */
    elapsedMs: milliseconds,
    windows: count,
    memory: count,
    /** Something that is no comparison: a process that ended, an instance that is not healthy; null: nothing. */
    trouble: z.string().nullable(),
    /** A person decided. */
    byHand: z.boolean(),
  }),
  z.object({
    kind: z.literal('back'),
    from: z.number(),
    /** From the decision until the switch said that the candidate has no traffic, and from then until the last request was sent that it got. */
    setMs: milliseconds,
    stragglersMs: milliseconds,
    drainMs: milliseconds.nullable(),
    drainLeft: count.nullable(),
  }),
  requestsEvidence,
  smokeEvidence,
]);

export type Evidence = z.output<typeof evidence>;
export type Arm = z.output<typeof arm>;
export type Window = z.output<typeof window>;
export type MemoryPoint = z.output<typeof memory>;
export type Asked = Extract<Evidence, { kind: 'asked' }>;
export type Decision = (typeof decisions)[number];
