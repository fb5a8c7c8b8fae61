import { z } from 'zod';
import type { Artifact } from './artifact.ts';
import type { EventsOf } from './event.ts';
import type { HostInfo, Program } from './results.ts';

const text = z.string();
const count = z.number().min(0);

/** Events of any run, whatever it does. */
export const runEvents = {
  'shakedown.run.started': z.object({
    runId: text,
    command: text,
    durationMs: count,
    candidate: z.object({
      name: text,
      version: text,
      baselineVersion: text.nullable(),
      /** Absent in journals of earlier versions. */
      artifacts: z.custom<Artifact[]>(areArtifacts).exactOptional(),
    }),
    environment: z.object({ name: text, targetUrl: text }),
    /** Which try at the same validation of the same candidate in the same environment; absent in journals of earlier versions. */
    attempt: z.int().min(1).exactOptional(),
    host: z.custom<HostInfo>(isObject),
    programs: z.custom<Program[]>(Array.isArray),
    config: z.unknown(),
    /** What the command line asked for, to go on with by `--resume`; absent in journals of earlier versions. */
    invocation: z.custom<Invocation>(isObject).exactOptional(),
  }),
  /** Something worth a mark on the timeline that no other event says. */
  'shakedown.marked': z.object({
    atMs: z.number(),
    lane: z.enum(['faults', 'deployments', 'uat', 'info']),
    label: text,
  }),
  'shakedown.warning': z.object({ message: text }),
  /** An objective failed that was to end the run; it has failed then, whatever else is measured. */
  'shakedown.run.aborted': z.object({ atMs: z.number(), objective: text, reason: text }),
  'shakedown.run.interrupted': z.object({ reason: text }),
  /** A run without a load goes on: what ended it before is over. */
  'shakedown.run.resumed': z.object({}),
  /** SHA-256 of every byte of the journal before this line, once a minute and when the run has ended: what was changed later shows. */
  'shakedown.journal.digest': z.object({ sha256: text }),
  'shakedown.run.ended': z.object({ endedAt: text }),
} as const;

/** What a run was asked for on the command line. */
export interface Invocation {
  configFile: string | null;
  overrides: unknown;
  parallelism?: number;
  /** Of what runs beside the load, by their names in code. */
  options?: Record<string, unknown>;
  /** In journals of earlier versions. */
  chaos?: readonly string[];
  uat?: readonly string[];
}

function areArtifacts(value: unknown): boolean {
  const isArtifact = (one: unknown) =>
    isObject(one) &&
    ['name', 'digest', 'source'].every((key) => typeof (one as Record<string, unknown>)[key] === 'string');
  return Array.isArray(value) && value.every(isArtifact);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

declare module './event.ts' {
  interface JournalEvents extends EventsOf<typeof runEvents> {}
}
