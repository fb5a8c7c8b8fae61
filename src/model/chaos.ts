import type { Stretch } from './stability.ts';
import type { Verdict } from './verdict.ts';

/** What a fault acts on. */
export type FaultLayer = 'network' | 'process' | 'resource' | 'http' | 'storage' | 'clock' | 'database' | 'platform';

/** One thing measured to see that a fault took effect. */
export interface ProofCheck {
  /** `delay on a new connection`, `process state`, `CPU taken`. */
  what: string;
  /** `200 ms ± 10 ms`, `stopped`. */
  expected: string;
  measured: string;
  held: boolean;
}

/** That a fault was there, by measurement; one that was not seen makes its experiment inconclusive. */
export interface FaultProof {
  seen: boolean;
  checks: ProofCheck[];
}

/** A fault from its announcement to its end. Times are of the run's clock, or of the experiment's where there is no run. */
export interface FaultRecord {
  /** Unique in the run: `f1`. */
  id: string;
  /** Title of the experiment. */
  experiment: string;
  /** Name of the fault: `latency`, `process-kill`. */
  fault: string;
  title: string;
  layer: FaultLayer;
  /** The component as the configuration names it: `shop-1`, `shop-1 to database`. */
  component: string;
  arguments: Record<string, unknown>;
  /** What it said it would touch, before it did. */
  touches: string[];
  announcedMs: number;
  /** When it was in effect; null: it never was. */
  injectedMs: number | null;
  /** When it was gone; null: not known to be. */
  revertedMs: number | null;
  revertedBy: 'rollback' | 'action' | 'harness' | 'guard' | 'itself' | null;
  proof: FaultProof | null;
  /** Why it could not be injected; null where it could. */
  error: string | null;
}

/** A time with the error that the way of measuring leaves, both ms. */
export interface TimedFigure {
  ms: number;
  errorMs: number;
}

/** Requests in a stretch, planned arrival deciding. */
export interface LoadShare {
  requests: number;
  failed: number;
  /** Slower than the standard latency target, or than three times the p95 before, whichever is more. */
  slowed: number;
  p95Ms: number | null;
  p99Ms: number | null;
}

/** How the target bore one fault. */
export interface ResilienceResult {
  faultId: string;
  /** From injection until it was noticed: by the health check, by an alert, by users' errors; null: not noticed that way. */
  detectedBy: { health: TimedFigure | null; alert: TimedFigure | null; errors: TimedFigure | null };
  /** From being noticed first until failures began to fall. */
  respond: TimedFigure | null;
  /** From the fault's end until rate, errors and p95 were in the band of before; null: not within what was measured. */
  recover: TimedFigure | null;
  /** How long it was looked for: until the next fault, the run's end, or a minute. */
  lookedForMs: number;
  before: LoadShare;
  during: LoadShare;
  after: LoadShare;
  /** 0 … 100; null where there was no load to tell. */
  score: number | null;
  scoreParts: { name: string; score: number; weight: number; detail: string }[];
  /** By objective id: did it hold in the fault's windows? */
  objectives: Record<string, Verdict>;
}

/** The steady-state hypothesis at one moment. */
export interface HypothesisCheck {
  phase: 'before' | 'during' | 'after' | 'after rollback';
  atMs: number;
  met: boolean;
  /** The probe that was out of tolerance; null where it was met. */
  deviating: string | null;
}

export interface ExperimentResult {
  title: string;
  description: string;
  /** Relative to the folder it was run from. */
  file: string;
  tags: string[];
  stretch: Stretch;
  /** As Chaos Toolkit's journal has it. */
  status: 'completed' | 'failed' | 'aborted' | 'interrupted';
  deviated: boolean;
  hypothesis: { title: string; checks: HypothesisCheck[] } | null;
  faults: FaultRecord[];
  verdict: Verdict;
  /** One sentence in plain words. */
  reason: string;
  /** Why it was stopped; null: it ran to its end. */
  stopped: string | null;
  /** Its journal in Chaos Toolkit's layout, relative to the run's folder. */
  journal: string;
}

/** What became of acknowledged writes. */
export interface LedgerResult {
  subject: string;
  /** Writes attempted, and what was answered. */
  writes: number;
  acknowledged: number;
  refused: number;
  /** Timed out or cut off: may be there or not, and neither is held against the target. */
  unknown: number;
  reads: number;
  lost: number;
  duplicated: number;
  corrupted: number;
  stale: number;
  /** Refused, yet there. */
  unexpected: number;
  /** Of the registers: null where none was checked or the check did not end. */
  linearizable: boolean | null;
  readBack: { afterRecovery: boolean; afterRestart: boolean };
  /** Some, worst first. */
  findings: {
    kind: 'lost' | 'duplicated' | 'corrupted' | 'stale' | 'unexpected' | 'order';
    token: string;
    detail: string;
    atMs: number;
  }[];
  verdict: Verdict;
  reason: string;
}

/** `results.json`, part chaos. */
export interface ChaosResult {
  experiments: ExperimentResult[];
  resilience: ResilienceResult[];
  ledgers: LedgerResult[];
}
