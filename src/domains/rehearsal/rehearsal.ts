import type { Teardown } from '../../evidence/teardown.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import type { Mark, Part, PartWork } from '../part.ts';
import type { Staging } from './system/staging.ts';

/**
 * One move of a deployment that is tried out: a switch, a canary, a migration. A new one is a folder and a line in `rehearsals.ts`; with `--` before it,
 * its id is its option.
 */
export interface Rehearsal extends Part<RehearsalContext> {
  /** Whether a person may decide while it runs. Absent: no. */
  readonly takesWord?: boolean;
}

export type RehearsalWork<E = unknown> = PartWork<RehearsalContext<E>, E>;

export interface RehearsalContext<E = unknown> {
  readonly config: ResolvedConfig;
  /** The version that is rehearsed, and the one that it takes the place of. */
  readonly candidate: string;
  readonly previous: string;
  /** Of its own, under the run's `evidence/rehearsal/`; it is there. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Undone when the command ends, last first. */
  readonly teardown: Teardown;
  /** The system that it is tried out on. */
  readonly staging: Staging;
  /** The run's clock, ms. */
  now(): number;
  /** Adds a piece of evidence. */
  record(evidence: E): void;
  /** Shows a moment on the timeline and on the terminal. */
  mark(mark: Mark): void;
  /** What was answered in one second, for the timeline. */
  second(second: Second): void;
  /** Says what is being done. */
  phase(text: string): void;
  /** A person's say, once: `promote`, `pause`, `abort`; null: nothing was said since it was last asked. */
  override(): Override | null;
}

export type Override = 'promote' | 'pause' | 'abort';

/** Requests that were answered in one second, by the side that answered; `''` where it is not known. */
export interface Second {
  readonly startMs: number;
  /** What the switch was set to, percent. */
  readonly weights: Readonly<Record<string, number>>;
  readonly sides: Readonly<
    Record<string, { requests: number; failed: number; p50Ms: number | null; p95Ms: number | null }>
  >;
}

/** For a rehearsal's module: checks it against its own evidence, and forgets the type. */
export function rehearsalWork<E>(work: RehearsalWork<E>): RehearsalWork {
  return work as unknown as RehearsalWork;
}
