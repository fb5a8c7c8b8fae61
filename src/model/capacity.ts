import { z } from 'zod';
import type { Interval } from './verdict.ts';

const count = z.number().min(0);
const figure = z.number().nullable();

export const capacityStep = z.object({
  startMs: count,
  durationMs: count,
  phase: z.enum(['ramp', 'search', 'confirm', 'spike', 'stress', 'scale']),
  plannedRatePerSecond: count,
  achievedRatePerSecond: count,
  p50Ms: figure,
  p95Ms: figure,
  p99Ms: figure,
  errorPercent: figure,
  /** Instances of the target during the step; null when unknown. */
  instances: figure,
  outcome: z.enum(['held', 'missed', 'generator']),
  /** Which objective was missed, or what held the generator back. */
  reason: z.string().nullable(),
});
export type CapacityStep = z.infer<typeof capacityStep>;

/** Closed-loop cross-check with autocannon. */
export const closedLoopCheck = z.object({ connections: count, ratePerSecond: count, p95Ms: figure });
export type ClosedLoopCheck = z.infer<typeof closedLoopCheck>;

/** The universal scalability law, X(N) = λN / (1 + σ(N − 1) + κN(N − 1)) (Gunther, Guerrilla Capacity Planning, 2007). */
export interface ScalabilityFit {
  /** What N counts. */
  of: 'instances' | 'concurrency';
  lambda: number;
  sigma: number;
  kappa: number;
  /** N at the peak, and the rate there; null where the law has none, for more never makes it fall. */
  peakAt: number | null;
  peakRatePerSecond: number | null;
  rSquared: number;
  points: { n: number; ratePerSecond: number }[];
  /** What σ, κ and the peak may be as well, the rates being known no better than to the search's steps; absent: not known. */
  intervals?: ScalabilityIntervals;
}

export interface ScalabilityIntervals {
  sigma: Interval;
  kappa: Interval;
  /** N at the peak; `high` null where more may never make it fall, null where nothing shows a peak. */
  peakAt: { low: number; high: number | null } | null;
}

/** The highest rate that held at a number of instances. */
export interface RateAt {
  n: number;
  ratePerSecond: number;
  /** The lowest above it that missed; null: none did, the target's limit was not found. */
  missedPerSecond: number | null;
}

export interface CapacityResult {
  /** Highest rate at which the objectives hold, requests per second; null: not even the lowest step held. */
  sustainablePerSecond: number | null;
  interval: Interval | null;
  /** Times that the rate was held when it was tried again. */
  confirmations: number;
  /** Times that it was tried again. */
  triedAgain: number;
  /** Whether it held often enough: 4 of 4 times, 6 of 7, 8 of 10. */
  confirmed: boolean;
  /** The highest rate that is shown to hold, by the confirmation or by the steps that led to the first miss; null: none is. */
  atLeastPerSecond: number | null;
  /** Where response time leaves its plateau. */
  kneePerSecond: number | null;
  /** What gave way first: `p95 above 100 ms`, `errors`, `the generator`. */
  limitedBy: string;
  /** The generator gave way before the target: the capacity is at least this. */
  lowerBoundOnly: boolean;
  steps: CapacityStep[];
  /** Steps were held against it; absent where they were not, or in runs made before it was recorded. */
  p95TargetMs?: number;
  scalability: ScalabilityFit | null;
  whyNoScalability: string | null;
  /** By number of instances, fewest first; absent: it was looked for at one only. */
  byInstances?: RateAt[];
  closedLoop: ClosedLoopCheck | null;
  sentence: string;
}
