import { z } from 'zod';
import { withRenamedKeys } from './renamed-keys.ts';
import type { Verdict } from './verdict.ts';

const text = z.string();
const count = z.number().min(0);
/** Of the run's clock, or of the experiment's where there is no run, ms. */
const moment = z.number();

/** What a fault acts on. */
const faultLayer = z.enum(['network', 'process', 'resource', 'http', 'storage', 'clock', 'database', 'platform']);
export type FaultLayer = z.infer<typeof faultLayer>;

/** One thing measured to see that a fault took effect. */
const proofCheck = z.object({
  /** `delay on a new connection`, `process state`, `CPU taken`. */
  what: text,
  /** `200 ms ± 10 ms`, `stopped`. */
  expected: text,
  measured: text,
  held: z.boolean(),
});
export type ProofCheck = z.infer<typeof proofCheck>;

/** That a fault was there, by measurement; one that was not seen makes its experiment inconclusive. */
export const faultProof = z.object({ seen: z.boolean(), checks: z.array(proofCheck) });
export type FaultProof = z.infer<typeof faultProof>;

/** What looking again and again showed of a fault from its proof until it was taken away. */
export const watchedFault = z.object({
  looks: count,
  /** When it was last seen to be there. */
  seenUntilMs: moment,
  /** What showed that it was gone before it was taken away; null: it was there until then. */
  gone: proofCheck.nullable(),
});
export type WatchedFault = z.infer<typeof watchedFault>;

/** Who took a fault away. */
export const reverter = z.enum(['rollback', 'action', 'harness', 'guard', 'itself']);

/** Requests that a fault could have been applied to, and those it was applied to; the proof's own are not among them. */
export const touchedRequests = z.object({ matched: count, applied: count });
export type TouchedRequests = z.infer<typeof touchedRequests>;

/** A fault from its announcement to its end. */
export const faultRecord = z.object({
  /** Unique in the run: `f1`. */
  id: text,
  /** Title of the experiment. */
  experiment: text,
  /** Name of the fault: `latency`, `process-kill`. */
  fault: text,
  title: text,
  layer: faultLayer,
  /** The component as the configuration names it: `shop-1`, `shop-1 to database`. */
  component: text,
  arguments: z.record(text, z.unknown()),
  /** What it said it would touch, before it did. */
  touches: z.array(text),
  /** Share of the users whose requests go by the component, 0 … 1; absent in earlier runs: not known. */
  affectedShare: z.number().min(0).max(1).optional(),
  announcedMs: moment,
  /** When it was in effect; null: it never was. */
  injectedMs: moment.nullable(),
  /** When it was gone; null: not known to be. */
  revertedMs: moment.nullable(),
  revertedBy: reverter.nullable(),
  /** Absent where requests are not counted one by one. */
  touched: touchedRequests.optional(),
  /**
   * Of a link: connections of others that were used while it was on, or at most a minute before it where it cuts them off. Null: they cannot be seen from
   * here; absent: of something else, or an earlier run.
   */
  connections: count.nullable().optional(),
  /** Absent: it ends by itself, it was not seen, or an earlier run. */
  watched: watchedFault.optional(),
  proof: faultProof.nullable(),
  /** Why it could not be injected; null where it could. */
  error: text.nullable(),
});
export type FaultRecord = z.infer<typeof faultRecord>;

/** What a fault that ends as it begins does, such as a kill, is seen in the time after it, ms. */
export const momentaryMs = 10_000;

/** A time with the error that the way of measuring leaves, both ms. */
export interface TimedFigure {
  ms: number;
  errorMs: number;
}

/** Requests in a period, by planned arrival. */
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
  /** 0 … 100; null where there was no load to measure it. */
  score: number | null;
  /**
   * Of the users not on the broken part; absent where every user is on it. `share`: of the users on it, 0 … 1. `p95Ms`: of the fastest `1 − share` of
   * all requests; null where none was answered.
   */
  others?: { share: number; p95Ms: number | null };
  scoreParts: { name: string; score: number; weight: number; detail: string }[];
  /** By objective id: did it hold in the fault's windows? */
  objectives: Record<string, Verdict>;
}

/** The steady-state hypothesis at one moment. */
export const hypothesisCheck = z.object({
  phase: z.enum(['before', 'during', 'after', 'after rollback']),
  /** When its first probe began; absent in earlier runs. */
  fromMs: moment.optional(),
  atMs: moment,
  met: z.boolean(),
  /** The probe that was out of tolerance; null where it was met. */
  deviating: text.nullable(),
  /** When each of its probes ran. Absent in earlier runs. */
  probes: z.array(z.object({ name: text, fromMs: moment, atMs: moment })).optional(),
});
export type HypothesisCheck = z.infer<typeof hypothesisCheck>;

/** An experiment, without its faults: they have events of their own. */
export const endedExperiment = withRenamedKeys(
  { stretch: 'period' },
  z.object({
    title: text,
    description: text,
    /** Relative to the folder it was run from. */
    file: text,
    tags: z.array(text),
    period: z.object({ fromMs: moment, toMs: moment }),
    /** As Chaos Toolkit's journal has it. */
    status: z.enum(['completed', 'failed', 'aborted', 'interrupted']),
    deviated: z.boolean(),
    hypothesis: z.object({ title: text, checks: z.array(hypothesisCheck) }).nullable(),
    verdict: z.enum(['pass', 'fail', 'inconclusive']),
    /** One sentence in plain words. */
    reason: text,
    /** Why it was stopped; null: it ran to its end. */
    stopped: text.nullable(),
    /** Why its hypothesis, or a probe of it, would be met whatever became of the target; absent: nothing is known against it, or an earlier run. */
    cautions: z.array(text).optional(),
    /** There was no time for it; `optional`: its plan says that this is no loss. Absent: it was begun. */
    skipped: z.enum(['optional', 'required']).optional(),
    /** Its journal in Chaos Toolkit's layout, relative to the run's folder. */
    journal: text,
  }),
);
export type ExperimentResult = z.infer<typeof endedExperiment> & { faults: FaultRecord[] };

/** What became of acknowledged writes. */
export const ledgerResult = z.object({
  subject: text,
  /** Writes attempted, and what was answered. */
  writes: count,
  acknowledged: count,
  refused: count,
  /** Timed out or cut off: may be there or not, and neither is held against the target. */
  unknown: count,
  reads: count,
  lost: count,
  duplicated: count,
  corrupted: count,
  stale: count,
  /** Refused, yet there. */
  unexpected: count,
  /** Of the registers: null where none was checked or the check did not end. */
  linearizable: z.boolean().nullable(),
  readBack: z.object({ afterRecovery: z.boolean(), afterRestart: z.boolean() }),
  /** Some, worst first. */
  findings: z.array(
    z.object({
      kind: z.enum(['lost', 'duplicated', 'corrupted', 'stale', 'unexpected', 'order']),
      token: text,
      detail: text,
      atMs: moment,
    }),
  ),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  reason: text,
});
export type LedgerResult = z.infer<typeof ledgerResult>;
export type LedgerFinding = LedgerResult['findings'][number];

/** `results.json`, part chaos. */
export interface ChaosResult {
  experiments: ExperimentResult[];
  resilience: ResilienceResult[];
  ledgers: LedgerResult[];
}
