import type { Interval } from './verdict.ts';

/** A step of a journey: requests of any of these routes, `GET /products/:id`, that are answered as they should. */
export interface JourneyStep {
  name: string;
  /** `METHOD /path`; `:name` stands for a part that changes, whatever its name, `*` for any one part, a last `**` for the
   * rest, and the method `*` for any. */
  routes: string[];
}

/** How many of the sessions that came to a journey's end in production must do so against the candidate. */
export interface JourneyObjective {
  comparison: '>=' | '>';
  /** Percent. */
  target: number;
  key: boolean;
  weight: number;
  /** Fewer sessions than this: inconclusive. */
  minimumSamples: number;
}

/** A way through the system that the business lives on, step by step. */
export interface Journey {
  name: string;
  steps: JourneyStep[];
  /** A step counts only so soon after the one before it; null: at any time later in the session. */
  maxBetweenMs: number | null;
  /** An answer that takes longer is not a step that was done; null: as long as it takes. */
  answerWithinMs: number | null;
  /** Absent: it is told, not judged. */
  objective?: JourneyObjective;
}

/** What people use the system for: a group of routes. */
export interface Feature {
  name: string;
  routes: string[];
}

export interface JourneySettings {
  journeys: Journey[];
  /** Empty: groups by the first part of the path. */
  features: Feature[];
}

/** A funnel and the features as they are in the recording: sessions, and what they did. Histograms as HdrHistogram's V2 payloads, µs. */
export interface RecordedUse {
  sessions: number;
  journeys: RecordedJourney[];
  /** Sessions that used each feature. */
  featureSessions: number[];
  featureRequests: number[];
}

export interface RecordedJourney {
  /** Sessions that came to each step. */
  reached: number[];
  /** Recorded waiting at the steps of whole journeys, summed; null: the recording has no response times. */
  times: string | null;
  /** Recorded response time of the first step, of sessions that came to the last one and of those that did not. */
  firstStep: { converted: string; lost: string } | null;
}

/** Where sessions count: among the others, under a fault, or nowhere, for the generator was at fault. */
export type SessionKind = 'judged' | 'aside' | 'void';

/** Sessions that came to their end with a window. */
export interface SessionCounts {
  kind: SessionKind;
  sessions: number;
  journeys: JourneyCounts[];
  /** By feature: sessions planned to use it, and those that did. */
  features: [planned: number, used: number][];
}

export interface JourneyCounts {
  /** By step: sessions that came to it in production, and of those, the ones that did in the replay as well. */
  steps: [due: number, done: number][];
  /** Waiting at the steps of whole journeys, and response time of the first step, as V2 payloads, µs; absent: none. */
  times?: string;
  firstStep?: string;
}

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

/** What the release does to the business, as far as replayed sessions tell. */
export interface JourneysResult {
  recordedSessions: number;
  sessions: Record<SessionKind, number>;
  journeys: JourneyResult[];
  features: FeatureResult[];
  /** What the reader must know: steps that could not be replayed, a recording without times. */
  notes: string[];
}
