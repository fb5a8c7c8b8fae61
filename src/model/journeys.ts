import { z } from 'zod';
import { withRenamedKeys } from './renamed-keys.ts';
import type { Interval } from './verdict.ts';

const count = z.number().min(0);
const pair = z.tuple([count, count]);

const journeyStep = z.object({
  name: z.string(),
  /**
   * Requests of any of these routes, `GET /products/:id`, that are answered as they should: `METHOD /path`; `:name` stands for a part that
   * changes, whatever its name, `*` for any one part, a last `**` for the rest, and the method `*` for any.
   */
  routes: z.array(z.string()),
});

const journeyObjective = z.object({
  comparison: z.enum(['>', '>=']),
  /** Percent. */
  target: z.number(),
  key: z.boolean(),
  weight: count,
  /** Fewer sessions than this: inconclusive. */
  minimumSamples: count,
});

/** How many of the sessions that completed a journey in production must do so against the candidate. */
export type JourneyObjective = z.infer<typeof journeyObjective>;

const journey = z.object({
  name: z.string(),
  steps: z.array(journeyStep),
  /** A step counts only so soon after the one before it; null: at any time later in the session. */
  maxBetweenMs: z.number().nullable(),
  /** An answer that takes longer is not a step that was done; null: as long as it takes. */
  answerWithinMs: z.number().nullable(),
  /** Absent: it is shown, not judged. */
  objective: journeyObjective.exactOptional(),
});

/** A way through the system that the business lives on, step by step. */
export type Journey = z.infer<typeof journey>;

const feature = z.object({ name: z.string(), routes: z.array(z.string()) });

/** What people use the system for: a group of routes. */
export type Feature = z.infer<typeof feature>;

export const journeySettings = z.object({
  journeys: z.array(journey),
  /** Empty: groups by the first part of the path. */
  features: z.array(feature),
});
export type JourneySettings = z.infer<typeof journeySettings>;

const recordedJourney = z.object({
  /** Sessions that reached each step. */
  reached: z.array(count),
  /** Recorded waiting at the steps of whole journeys, summed; null: the recording has no response times. */
  times: z.string().nullable(),
  /** Recorded response time of the first step, of sessions that reached the last one and of those that did not. */
  firstStep: z.object({ converted: z.string(), lost: z.string() }).nullable(),
});
export type RecordedJourney = z.infer<typeof recordedJourney>;

/** A funnel and the features as they are in the recording: sessions, and what they did. Histograms as HdrHistogram's V2 payloads, µs. */
export const recordedUse = z.object({
  sessions: count,
  journeys: z.array(recordedJourney),
  /** Sessions that used each feature. */
  featureSessions: z.array(count),
  featureRequests: z.array(count),
});
export type RecordedUse = z.infer<typeof recordedUse>;

const journeyCounts = z.object({
  /** By step: sessions that reached it in production, and of those, the ones that did in the replay as well. */
  steps: z.array(pair),
  /** Waiting at the steps of whole journeys, and response time of the first step, as V2 payloads, µs; absent: none. */
  times: z.string().exactOptional(),
  firstStep: z.string().exactOptional(),
});
export type JourneyCounts = z.infer<typeof journeyCounts>;

/** Sessions that finished with a window. */
export const sessionCounts = withRenamedKeys(
  {},
  z.object({
    /** Where they count: among the others, under a fault, or nowhere, for the generator was the bottleneck. */
    kind: z.enum(['judged', 'excluded', 'invalid']),
    sessions: count,
    journeys: z.array(journeyCounts),
    /** By feature: sessions planned to use it, and those that did. */
    features: z.array(pair),
  }),
  { kind: { aside: 'excluded', void: 'invalid' } },
);
export type SessionCounts = z.infer<typeof sessionCounts>;
export type SessionKind = SessionCounts['kind'];

export interface ShareFigure {
  /** 0 … 100. */
  percent: number | null;
  interval: Interval | null;
}

export interface FunnelStep {
  name: string;
  /** Sessions of the recording that came here. */
  recorded: number;
  /** Of those that began the journey. */
  recordedShare: ShareFigure;
  /** Sessions of this run whose original came here, and of those the ones that did against the candidate. */
  due: number;
  done: number;
  lost: ShareFigure;
}

export interface JourneyTimes {
  journeys: number;
  p50: number | null;
  p95: number | null;
  /** Percent of journeys beyond what Apdex tolerates: four times its threshold a step. */
  frustrated: number | null;
}

/** What response time and conversion have to do with each other in the recording, and what the candidate's would mean by it. */
export interface LatencyImpact {
  /** Median response time of the first step in the recording, ms; slower sessions are held against faster ones. */
  splitMs: number | null;
  fast: { sessions: number; converted: number } | null;
  slow: { sessions: number; converted: number } | null;
  /** Conversion of slow sessions less that of fast ones, percentage points. */
  difference: { points: number; interval: Interval } | null;
  /** Percent of the candidate's first steps slower than the split. */
  slowNow: number | null;
  /** Change of conversion that goes with it, percentage points. */
  change: { points: number; interval: Interval } | null;
  sentence: string;
}

export interface JourneyResult {
  name: string;
  steps: FunnelStep[];
  /** Waiting at its steps, ms. */
  times: { recorded: JourneyTimes | null; replayed: JourneyTimes | null; underFault: JourneyTimes | null };
  frustratedMs: number;
  underFault: { due: number; done: number } | null;
  impact: LatencyImpact;
  /** One sentence: what the release loses. */
  sentence: string;
}

export interface FeatureResult {
  name: string;
  routes: number;
  /** Sessions of the recording that used it. */
  recordedSessions: ShareFigure;
  recordedRequests: ShareFigure;
  /** Sessions of this run planned to use it, and of those the ones that could. */
  due: number;
  done: number;
  lost: ShareFigure;
  replayedRequests: ShareFigure;
}

/** What the release does to the business, as far as replayed sessions show. */
export interface JourneysResult {
  recordedSessions: number;
  sessions: Record<SessionKind, number>;
  journeys: JourneyResult[];
  features: FeatureResult[];
  /** What the reader must know: steps that could not be replayed, a recording without times. */
  notes: string[];
}
