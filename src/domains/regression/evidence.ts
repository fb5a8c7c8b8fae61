import { z } from 'zod';

const count = z.int().min(0);
/** Why only the beginning of an answer was compared, where more of it does not come. */
export const streamWords = 'it is a stream of events, which has no end';
const side = z.object({ candidate: count, of: count });
const artifacts = z.array(z.object({ name: z.string(), digest: z.string() })).nullable();

const fieldCount = z.object({
  route: z.string(),
  path: z.string(),
  aspect: z.enum(['presence', 'value', 'link', 'form', 'members', 'order']),
  requests: count,
  raw: count,
  noise: count,
  sessions: count,
  oddCandidate: count,
  oddOther: count,
  unlike: count,
  largest: side,
  smallest: side,
  withCommonest: side,
  withoutCommonest: side,
  levels: z.object({ current: z.number(), candidate: z.number() }).nullable(),
  examples: z.array(z.object({ current: z.string(), again: z.string(), candidate: z.string(), count })),
});

export const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('arms'),
    arms: z.array(z.object({ id: z.string(), version: z.string(), artifacts })).length(3),
    sideBySide: z.boolean(),
    falseAlarms: z.number(),
    marginPercent: z.number(),
    expected: z.array(
      z.object({ route: z.string(), path: z.string(), reason: z.string(), expires: z.string(), expired: z.boolean() }),
    ),
    /** Of the plan: what is not replayed, by reason. */
    leftOut: z.array(z.object({ reason: z.string(), requests: count })),
    /** Routes of the recording that no chosen session has. */
    routesLeftOut: z.array(z.string()),
  }),
  /** What was compared so far; a later one takes its place. */
  z.object({
    kind: z.literal('compared'),
    sessions: count,
    sessionsWanted: count,
    requests: count,
    /** In which something differed between any two arms. */
    fields: z.array(fieldCount),
    /** Of those, how many did not fit here. */
    fieldsLeftOut: count,
    /** Fields in which nothing differed, by route. */
    same: z.array(z.object({ route: z.string(), fields: count, sessions: count })),
    /** Could not be sent by an arm, for want of a value of an earlier answer: `candidate GET /orders/:id`. */
    unsent: z.array(z.object({ arm: z.string(), route: z.string(), requests: count })),
    failedLogins: z.array(count).length(3),
    /** Routes that had a success in the recording and none in any arm; absent: there is none. */
    refused: z.array(z.object({ route: z.string(), status: z.string(), requests: count })).exactOptional(),
    /** Answers of which only the beginning was compared, and fields past the bound of an answer. */
    cut: z.array(z.object({ route: z.string(), why: z.string(), answers: count })),
  }),
  /** An arm answered no more. */
  z.object({
    kind: z.literal('gone'),
    arm: z.string(),
    route: z.string(),
    error: z.string(),
    /** Requests that it had answered before. */
    answered: count,
  }),
  /** Response times: windows of requests one after the other, each as `windowsOf` in times.ts has it. */
  z.object({
    kind: z.literal('times'),
    subject: z.string(),
    requests: count,
    windows: z.array(z.array(z.number()).length(3)),
  }),
  z.object({ kind: z.literal('after'), artifacts: z.array(artifacts).length(3) }),
]);

export type Evidence = z.output<typeof evidence>;
export type ArmsEvidence = Extract<Evidence, { kind: 'arms' }>;
export type ComparedEvidence = Extract<Evidence, { kind: 'compared' }>;
export type TimesEvidence = Extract<Evidence, { kind: 'times' }>;
