import { z } from 'zod';
import type { EventsOf } from '../domain.ts';

const text = z.string();
const atMs = z.number();
const percent = z.record(z.string(), z.number().min(0).max(100));
const milliseconds = z.number().min(0).nullable();

export const deploymentRecord = z.object({
  number: z.int().min(1),
  version: text,
  /** ISO 8601. */
  startedAt: text,
  durationMs: z.number().min(0),
  status: z.enum(['success', 'failed', 'rolled back']),
  /** Why it is no success; empty. */
  reason: text,
  driver: text,
  artifacts: z.array(z.object({ name: text, digest: text })),
  /** Of the database's schema; null: unknown. */
  migration: text.nullable(),
  /** SHA-256 of the configuration that it was deployed with. */
  configuration: text,
  /** Who or what asked for it. */
  by: text,
});

export type DeploymentRecord = z.output<typeof deploymentRecord>;

export const events = {
  /** The system that is rehearsed on. */
  'shakedown.rehearsal.started': z.object({
    candidate: text,
    previous: text,
    driver: text,
    switchDriver: text,
    /** Ids of the rehearsals that were asked for. */
    chosen: z.array(text),
    history: z.array(deploymentRecord),
  }),
  'shakedown.rehearsal.begun': z.object({ rehearsal: text, atMs }),
  /** One piece of its evidence; the rehearsal owns the schema. */
  'shakedown.rehearsal.evidence': z.object({ rehearsal: text, atMs, data: z.unknown() }),
  'shakedown.rehearsal.marked': z.object({
    rehearsal: text,
    atMs,
    text,
    kind: z.enum(['move', 'decision', 'trouble', 'info']),
  }),
  'shakedown.rehearsal.second': z.object({
    rehearsal: text,
    startMs: z.number(),
    weights: percent,
    sides: z.record(
      z.string(),
      z.object({ requests: z.int().min(0), failed: z.int().min(0), p50Ms: milliseconds, p95Ms: milliseconds }),
    ),
  }),
  /** It came to its end, or could not go on. */
  'shakedown.rehearsal.ended': z.object({ rehearsal: text, atMs, error: text.nullable() }),
  /** Where the traffic goes when all is over, as the switch says; what it was before the rehearsals stands beside it. */
  'shakedown.rehearsal.restored': z.object({ atMs, weights: percent, wanted: percent, error: text.nullable() }),
};

declare module '../../model/event.ts' {
  interface JournalEvents extends EventsOf<typeof events> {}
}
