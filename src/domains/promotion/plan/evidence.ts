import { z } from 'zod';

const text = z.string();
const times = z.array(z.object({ what: text, ms: z.number().min(0).nullable() }));

export const step = z.object({
  title: text,
  /** null: nobody is named. */
  owner: text.nullable(),
  /** null: none is given. */
  command: text.nullable(),
  goWhen: text.nullable(),
  /** As the team states it. */
  minutes: z.number().nullable(),
});

/** How a move went when it was rehearsed. */
export const rehearsed = z.object({
  id: z.enum(['blue-green', 'canary']),
  title: text,
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  deploy: times,
  rollback: times,
  triggers: z.array(text),
  runbook: z.array(text),
});

export const rehearsalRun = z.object({
  kind: z.literal('rehearsal'),
  runId: text,
  endedAt: text.nullable(),
  manifestSha256: text.nullable(),
  moves: z.array(rehearsed),
  /** Other rehearsals of that run. */
  others: z.array(z.object({ title: text, verdict: z.enum(['pass', 'fail', 'inconclusive']) })),
  /** Why what passed in it shows nothing now, within a sentence; absent: it does. */
  doubt: text.exactOptional(),
});

export const evidence = z.discriminatedUnion('kind', [
  rehearsalRun,
  /** No run of this candidate has rehearsed a move; the names of runs of others. */
  z.object({ kind: z.literal('no rehearsal'), others: z.array(text), unreadable: z.array(text) }),
  z.object({
    kind: z.literal('plan'),
    version: text,
    previous: text.nullable(),
    artifacts: z.array(z.object({ name: text, digest: text })),
    commit: text.nullable(),
    owner: text.nullable(),
    /** The move that is asked for; null: the one that was rehearsed. */
    move: z.enum(['blue-green', 'canary']).nullable(),
    before: z.array(step),
    deploy: z.array(step),
    after: z.array(step),
    rollback: z.array(step),
    triggers: z.array(text),
  }),
]);

export type Evidence = z.output<typeof evidence>;
export type Plan = Extract<Evidence, { kind: 'plan' }>;
export type RehearsalRun = z.output<typeof rehearsalRun>;
export type Rehearsed = z.output<typeof rehearsed>;
export type Step = z.output<typeof step>;
