import type { Body, Header } from './traffic.ts';

/** Multiplies the rate over the run: `points` are [share of the run 0…1, factor], linear between them. */
export interface RateShape {
  kind: 'flat' | 'day' | 'ramp' | 'spike' | 'points';
  points: [at: number, factor: number][];
}

export interface PlanOptions {
  /**
   * `recorded`: once, as it was; `loop`: again and again, each time with its own sessions; `bootstrap`: sessions drawn with replacement (seeded),
   * arriving by the recording's own arrival pattern at the wanted rate.
   */
  mode: 'recorded' | 'loop' | 'bootstrap';
  durationMs: number;
  /** Requests per second wanted on average over the run; absent: the recording's own times `scale`. */
  ratePerSecond?: number;
  /** Copies of the traffic: 3 is three times the sessions at the same pace. */
  scale: number;
  /** Time compression: 2 is everything twice as fast, think times too. */
  speed: number;
  shape: RateShape;
  seed: number;
  /** `safe`: GET, HEAD and OPTIONS only; `recorded`: also methods that write, where their bodies are recorded. */
  writes: 'safe' | 'recorded';
  /**
   * `recorded` (or absent): a request that came after an answer in the recording waits for that answer; `values`: it waits only for answers
   * that give it a value, an open loop by request.
   */
  waits?: 'recorded' | 'values';
}

/** A value taken from a live response and put where the recording had the old one. */
export interface Extraction {
  /** Placeholder name; `valueToken(name)` stands in later paths, headers and bodies of the session. */
  name: string;
  from: 'json' | 'header' | 'html-input' | 'regex';
  /** json: a path such as `items.0.id`; header: its name, or its name, a space and a pattern with one group; html-input: the field's name; regex: a pattern with one group. */
  expression: string;
}

export interface PlannedRequest {
  /** Due after the session's start, in milliseconds. */
  dueMs: number;
  method: string;
  /** Index in PlanSummary.targets. */
  target: number;
  /** Path and query, on the target. */
  path: string;
  /** Index in PlanSummary.routes. */
  route: number;
  /** On top of the session's headers, overriding them. */
  headers?: Header[];
  body?: Body;
  /**
   * Index of the last request of this session that must have been answered before this one is sent; -1 for none. Requests that
   * overlapped in the recording overlap in the replay; those that the recording shows to have come after an answer wait for it.
   */
  after: number;
  /** Further ones that must have been answered: this one needs values of several. */
  also?: number[];
  /** Recorded status, for status parity; 0 when unknown. */
  expectedStatus: number;
  extract?: Extraction[];
}

export interface PlannedSession {
  /** Position in the plan, from 0, in order of startMs. */
  index: number;
  /** After the run's start, in milliseconds. */
  startMs: number;
  /** Session of the recording that this one replays. */
  recordedSession: string;
  headers: Header[];
  /** Cookies that the recorded session already had when it began. */
  cookies: Header[];
  requests: PlannedRequest[];
}

export interface PlannedRoute {
  method: string;
  route: string;
  /** Requests that the recording has of it; absent in plans of earlier versions. */
  recorded?: number;
}

/** What a plan is held against. */
export interface RecordedLoad {
  /** Requests that are planned, of all that the recording has: what was left out by method, host or kind is in `requests` only. */
  kept: number;
  requests: number;
  ratePerSecond: number;
  /** Requests under way at once, on average; null where not all response times are known. */
  requestsAtOnce: number | null;
  /** Variance ÷ mean of arrivals in 10 ms of the first hour, as recorded (at the wanted speed) and as planned; null for too few. */
  dispersion: { recorded: number; planned: number } | null;
}

/** `plan.json`: enough to make the same plan again, and its digest to show that it is the same. */
export interface PlanSummary {
  format: 'shakedown.plan/1';
  options: PlanOptions;
  recording: { name: string; shardsSha256: string };
  /** Part of every placeholder; drawn from the seed. */
  nonce: string;
  /** Origins that are sent traffic, all of them allowed by the configuration. */
  targets: string[];
  routes: PlannedRoute[];
  sessions: number;
  requests: number;
  /** Requests of the recording left out, by reason (`unsafe method`, `no body recorded`, …). */
  leftOut: { reason: string; requests: number }[];
  averageRatePerSecond: number;
  peakRatePerSecond: number;
  /** Sessions under way at once at the most, by recorded times. */
  peakSessions: number;
  /** When the last request is due, in milliseconds after the run's start. */
  lastDueMs: number;
  /** Longest planned session, in milliseconds. */
  longestSessionMs: number;
  /** SHA-256 over the schedule, session by session. */
  scheduleSha256: string;
  /**
   * Requests of the recording, by what they wait for: an answer that they came after, or one that gives them a value. `unknown`: the recording does
   * not show whether they waited, so they are sent at their moment. Absent in plans of earlier versions.
   */
  waits?: { forAnswers: number; forValues: number; unknown: number };
  /** Absent in plans of earlier versions. */
  recorded?: RecordedLoad;
  /** Values taken from live responses and where they are used, by the requests of the recording that use them; the first 50. */
  extractions?: { from: string; to: string; requests: number }[];
}

/** Stands in a planned path, header or body where an extracted value belongs. `nonce` is the plan's, so that no recorded text can be one. */
export function valueToken(nonce: string, name: string): string {
  return `__sd${nonce}_${name}__`;
}
