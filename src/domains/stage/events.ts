import { z } from 'zod';
import type { EventsOf } from '../domain.ts';
import { stageEvents, stageKeys, stageRoles } from '../phase.ts';

const text = z.string();
const verdict = z.enum(['pass', 'fail', 'inconclusive']);
/** It becomes a part of paths and links. */
const runId = z.string().regex(/^[\w-]{1,80}$/);
const attempt = z.int().min(1);
const event = z.enum(stageEvents);
const key = z.enum(stageKeys);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const artifact = z.object({ name: text, digest: text });

/** As the domain declared it when the stage began: a report says what it was, whatever it is by then. */
export const plannedPhase = z.object({
  id: text,
  title: text,
  domain: text,
  role: z.enum(Object.keys(stageRoles) as [keyof typeof stageRoles]),
  listens: z.array(event),
  emits: z.array(event),
  reads: z.array(key),
  writes: z.array(key),
  gates: z.array(text),
  partOf: text.nullable(),
  /** Within a sentence; what is not for everyone's eyes is not in it. */
  command: text,
  deadlineMs: z.number().min(0),
  leaves: z.enum(['run', 'file', 'decision']),
  /** Why it is not done; null: it is. `by`: who decided that. */
  leftOut: z
    .object({ by: z.enum(['--skip', '--only', '--from', 'configuration', 'version']), reason: text })
    .nullable(),
});

export type PlannedPhase = z.output<typeof plannedPhase>;

export const events = {
  'shakedown.stage.planned': z.object({
    phases: z.array(plannedPhase),
    durationMs: z.number().min(0),
    keepsGoing: z.boolean(),
    lock: z.object({ kind: z.enum(['host', 'postgres', 'lease']), detail: text }),
    /** The event `swarm/started`. */
    initialState: z.record(text, z.unknown()),
    /** Why no phases run side by side. */
    sideBySide: text,
  }),
  /** It goes on after it was cut off or paused. `from`: the phase that is done again with all after it; null: the first that is open. */
  'shakedown.stage.resumed': z.object({ from: text.nullable(), lock: text }),
  /** `by`: the phase that announced it; null: the stage itself, and why. */
  'shakedown.stage.event': z.object({ event, by: text.nullable(), why: text }),
  'shakedown.stage.begun': z.object({
    phase: text,
    attempt,
    /** Takes back what it does; null: nothing to take back. */
    undo: z.array(text).nullable(),
    read: z.record(text, z.unknown()),
  }),
  /** The process that does it. `startTicks`: null where the system has none. */
  'shakedown.stage.process': z.object({
    phase: text,
    attempt,
    pid: z.int(),
    startTicks: z.number().nullable(),
    bootId: text,
  }),
  /** The run that it makes. */
  'shakedown.stage.run': z.object({ phase: text, attempt, runId }),
  'shakedown.stage.ended': z.object({
    phase: text,
    attempt,
    verdict,
    /** In a sentence. */
    sentence: text,
    /** Of the gates that it declares, as its run's evidence shows them. */
    gates: z.array(z.object({ id: text, verdict, summary: text, sentence: text })),
    runId: runId.nullable(),
    /** SHA-256 of the run's manifest, or of the file in `evidence/stage`; null: it left neither. */
    sha256: digest.nullable(),
    /** What it left where it made no run: a path in the folder of the stage. */
    file: text.nullable(),
    exitCode: z.int().nullable(),
    /** What the run says that it tested. */
    artifacts: z.array(artifact),
    version: text.nullable(),
    /** It was interrupted: it is done again when the stage goes on. */
    isCut: z.boolean(),
    /** What it writes of the state, and what it announces: in one line with its end, so that a kill leaves all of it or nothing. */
    state: z.partialRecord(key, z.unknown()),
    announces: z.array(event),
  }),
  /** It waits for people: nothing runs meanwhile. */
  'shakedown.stage.waiting': z.object({ phase: text, attempt, sentence: text, runId }),
  /** What the candidate says of itself. `phase`: before it, or after it; null: at the begin or end of the stage. */
  'shakedown.stage.probed': z.object({
    when: z.enum(['begin', 'before', 'after', 'end']),
    phase: text.nullable(),
    artifacts: z.array(artifact.extend({ by: z.enum(['target', 'file', 'command', 'run']) })),
    /** What could not be asked, a sentence each. */
    problems: z.array(text),
  }),
  'shakedown.stage.rolled-back': z.object({ phase: text, command: text, ok: z.boolean(), sentence: text }),
  /** The lock of the environment was lost while the stage was at work. */
  'shakedown.stage.lock-lost': z.object({ sentence: text }),
  'shakedown.stage.paused': z.object({ reason: text }),
};

declare module '../../model/event.ts' {
  interface JournalEvents extends EventsOf<typeof events> {}
}
