import type { Verdict } from '../../model/verdict.ts';
import type { PlannedPhase } from './events.ts';

/** One try at a phase. */
export interface PhaseAttempt {
  attempt: number;
  beganAtMs: number;
  /** null: it did not end. */
  endedAtMs: number | null;
  verdict: Verdict;
  sentence: string;
  gates: { id: string; verdict: Verdict; summary: string; sentence: string }[];
  runId: string | null;
  sha256: string | null;
  file: string | null;
  exitCode: number | null;
  /** People have not decided yet. */
  isWaiting: boolean;
  /** It was interrupted, and is to be done again. */
  isCut: boolean;
}

export interface PhaseResult extends PlannedPhase {
  /** Oldest first; empty: it did not begin. */
  attempts: PhaseAttempt[];
  /** That of the last attempt; what did not begin is inconclusive. */
  verdict: Verdict;
  /** Why, in a sentence. */
  sentence: string;
}

/** What became of the whole stage. */
export interface StageSection {
  phases: PhaseResult[];
  durationMs: number;
  lock: { kind: 'host' | 'postgres' | 'lease'; detail: string };
  sideBySide: string;
  initialState: Record<string, unknown>;
  events: { event: string; atMs: number; by: string | null; why: string; backed: boolean; whyNot: string | null }[];
  state: {
    key: string;
    value: unknown;
    phase: string;
    role: string;
    atMs: number;
    backed: boolean;
    whyNot: string | null;
  }[];
  /** Keys that no phase wrote. */
  unwritten: { key: string; writer: string }[];
  identity: {
    probes: { when: string; phase: string | null; atMs: number; artifacts: number; problems: string[] }[];
    /** Each by name, with the digests that it had. */
    artifacts: { name: string; digest: string; by: string[]; probes: number }[];
    /** What differs, a sentence each. */
    changes: string[];
    /** What could not be asked after a phase, a sentence each. */
    problemsWithin: string[];
    /** Why not all of it is known; null: it is. */
    open: string | null;
  };
  rollbacks: { phase: string; command: string; ok: boolean; sentence: string; atMs: number }[];
  pauses: { atMs: number; reason: string }[];
  resumes: { atMs: number; from: string | null }[];
  lockLost: string | null;
  /** From its begin to its last event. */
  wallMs: number;
  /** What to do now, a sentence each. */
  next: string[];
}

declare module '../../model/results.ts' {
  interface Sections {
    stage: StageSection;
  }
}
