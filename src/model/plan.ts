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
  /** What else is known of the recorded answer, where an answer of now can be held against it. */
  answer?: RecordedAnswer;
  extract?: Extraction[];
  /** It logs the session in: absent for all others. */
  login?: LoginStep;
}

/** What a request of a login must bring about; what is not sent after one that failed is not the target's failure. */
export interface LoginStep {
  /** Index in PlanSummary.login.requests. */
  step: number;
  success: LoginSuccess;
}

/** What shows that a request of a login did its part: all of it must hold. Decided by load/k6/replay/login.go and load/k6/login.js. */
export interface LoginSuccess {
  /** Statuses, one of which it must have; empty: any below 400. */
  status: number[];
  /** Path that a redirect must lead to; one that ends in `*` stands for all that begin so. */
  location?: string;
  /** Cookie that the answer must set. */
  cookie?: string;
  /** Text that the body must have, and one that it must not have. */
  text?: string;
  noText?: string;
  /** Path in a JSON body, such as `data.token`; its value must be there and be neither false, null, 0 nor empty. */
  json?: string;
  /** Signs of failure, looked for where the configuration has no rule but the status. */
  signs?: LoginSigns;
}

/** Answers that refuse a login whatever their status. */
export interface LoginSigns {
  /** Paths that a redirect must not lead back to: its own and those of pages before it in the login. */
  pages: string[];
  /** Names, in lower case, of what it sent: a password field of that name (or of none) in the answer asks again. Empty: it sent nothing. */
  fields: string[];
  /** It sent something whose names are unknown, so that any password field asks again. */
  any: boolean;
  /** It is the last one and nothing is taken or sent in headers: without a cookie nobody would be logged in. */
  yields: boolean;
}

/** Requests of a login that the recording does not have, sent in turn before a request of the session. They are in no count of requests. */
export interface AddedLogin {
  /** Index of that request. */
  before: number;
  steps: (PlannedRequest & { login: LoginStep })[];
}

export interface RecordedAnswer {
  /** Of its content type, `json`, `html` or the media type; empty: unknown. */
  kind: string;
  /** It was not empty. */
  filled: boolean;
  /** Its body was recorded, and can be read. */
  shaped: boolean;
}

/** What the recorded answers of a route, those with 2xx, have in common. */
export interface ExpectedAnswers {
  /** Those of which a content type, a body, or a size past that of headers is known. */
  answers: number;
  kinds: string[];
  /** Of their bodies; absent: too few sizes are recorded. */
  bytes?: { p10: number; p50: number; p90: number };
  /**
   * Features of their bodies as hashes, never as text (src/domains/traffic/body-features.ts); absent: too few bodies are recorded. `core` says what
   * kind of answer it is, `content` is what nearly all have beside it, and `foreign` would say that it is another one. Of `bodies`
   * that were read `unlike` lack something of it.
   */
  shape?: BodyShape;
  /** Where its redirects led, by shape (`/orders/*`), and how many there were; absent: too few, or to too many places. */
  redirects?: { count: number; to: string[] };
}

export interface BodyShape {
  bodies: number;
  unlike: number;
  core: number[];
  content: number[];
  foreign: number[];
  /** `json` or `html`: it is of a baseline's answers, and all answers of the route are held against it; absent: of recorded ones. */
  kind?: string;
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
  /** Place of each request in PlanSummary.tagged.groups, −1: in none; absent: none is in any. No part of the schedule, so no part of its digest. */
  groups?: readonly number[];
  logins?: AddedLogin[];
  /** Values for placeholders that the session has from its beginning: its user, credentials. Secrets, so in no file and no message. */
  values?: Readonly<Record<string, string>>;
}

export interface PlannedRoute {
  method: string;
  route: string;
  /** Requests that the recording has of it; absent in plans of earlier versions. */
  recorded?: number;
  /** Absent: nothing is known of them, or the plan is of an earlier version. */
  answers?: ExpectedAnswers;
  /** Planned requests of it that come after a write of their session that was left out, a login perhaps; absent: none. */
  afterLeftOut?: number;
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
  leftOut: { reason: string; requests: number; methods?: string[] }[];
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
  /** What objectives name by tag or tenant, and the requests that have it; absent: none does. */
  tagged?: TaggedRequests;
  /** How sessions log in; absent: they do not. */
  login?: LoginSummary;
  /** Requests of the recording that write, by route: given a body from elsewhere, or left out for want of one. Absent: neither. */
  bodies?: BodySummary;
}

/** A tag of a request; `tenant` is one of them. */
export interface Tag {
  name: string;
  value: string;
}

export interface TaggedRequests {
  /** Those that objectives name, each once, with how many requests of the recording that are sent have it, and have another value. No other value is kept. */
  tags: (Tag & { requests: number; otherwise: number })[];
  /** Requests of one route that have the same of these tags, at least one; each request is in one group at the most. `tags`: places in the list above. */
  groups: { route: number; tags: number[] }[];
}

export interface LoginSummary {
  /** Method and path of each request of a login. */
  requests: string[];
  /** Users that sessions are given; null: all have the same credentials. */
  users: number | null;
  /** Sessions of the recording that log in. */
  sessions: number;
  /** Logins put before a request that the recording has them not for, and recorded ones that are sent with these credentials. */
  added: number;
  recorded: number;
}

export interface BodySummary {
  joined: { route: string; from: string; requests: number }[];
  missing: { route: string; requests: number }[];
}

/** How long before the request that needs it a login is begun, so that its time is not charged to that request. */
export const loginLeadMs = 2000;

/** Stands in a planned path, header or body where an extracted value belongs. `nonce` is the plan's, so that no recorded text can be one. */
export function valueToken(nonce: string, name: string): string {
  return `__sd${nonce}_${name}__`;
}
