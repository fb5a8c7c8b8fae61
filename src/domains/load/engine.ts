import type { AnswerCounts, FirstSeen } from '../../model/answers.ts';
import { ShakedownError } from '../../model/error.ts';
import type { JournalData } from '../../model/event.ts';
import type { FidelityState } from '../../model/fidelity.ts';
import type { JourneySettings, SessionCounts } from '../../model/journeys.ts';
import type { LoginCount } from '../../model/login.ts';
import type { PlannedSession, PlanSummary } from '../../model/plan.ts';
import type { FidelityResult, RouteWindow, WindowResult } from '../../model/results.ts';
import type { ErrorKind } from '../../model/sample.ts';
import type { LatencyHistogram } from '../../stats/histogram.ts';
import type { Connections } from './configuration.ts';
import type { MergeLengths } from './windows/merging.ts';
import type { Honesty } from './windows/result.ts';

type EventData<T extends JournalData['type']> = Extract<JournalData, { type: T }>['data'];

/** What an engine needs to replay a plan. */
export interface LoadInput {
  plan: PlanSummary;
  sessions: AsyncIterable<PlannedSession>;
  virtualUsers: number;
  windowMs: number;
  requestTimeoutMs: number;
  honesty: Honesty;
  /** PEM files; null where not configured. */
  tls: { caFile: string | null; certFile: string | null; keyFile: string | null };
  /** Offer HTTP/2 to a target with TLS. */
  http2: boolean;
  /** Who shares connections; absent: `recorded`. */
  connections?: Connections;
  /** Headers known only when a session is handed out, such as a fresh token; null for none. */
  overlay(): Record<string, string> | null;
  /** Why a period of the run's clock is not judged like the rest: a fault was on; null: it is. Asked when its window closes. */
  disturbance?(fromMs: number, toMs: number): string | null;
  /** Journeys and features that sessions are followed through; absent: they are not followed. */
  journeys?: JourneySettings;
  /** Folder of the interval logs. */
  windowsFolder: string;
  /** How long the intervals of those logs become with time; absent: as long as the windows. */
  merge?: MergeLengths;
  /** Ends the load early, in order. */
  signal: AbortSignal;
  /** A k6 process takes the sessions of this much time; then the next one, already there, takes over. Absent: an hour. */
  handOverMs?: number;
  /** k6 processes that share the load; absent: one. */
  parallelism?: number;
  /** The load of an earlier process goes on: when the run's clock read zero, and from where on it is measured again. Absent: a new load. */
  resumed?: { zero: Date; fromMs: number };
  on: LoadListener;
}

export interface LoadFailure {
  kind: ErrorKind;
  status: number;
  route: number;
  /** Of the plan's groups; absent: of none. */
  group?: number;
  count: number;
  firstMs: number;
  lastMs: number;
  message: string;
  /** Failures of this kind, status, route and group were reported before. */
  known: boolean;
}

export interface LoadListener {
  /** The run's clock reads zero at `startedAt` (ISO 8601); what is planned from `fromMs` on is measured. */
  started(startedAt: string, fromMs: number): void;
  window(
    window: WindowResult,
    routes: RouteWindow[],
    /** `response`: the window's response times, µs; to be read at once. */
    progress: { planned: number; done: number; failed: number; response: LatencyHistogram },
    /** Of the plan's groups. */
    groups: RouteWindow[],
  ): void;
  /** Sessions that finished with this window, by what counts them. After `window`. */
  sessions?(window: number, counts: SessionCounts[]): void;
  /** Failures counted since the last call, `count` being the new ones: of a new sort at once, of known ones when a window closes. */
  failures(failures: LoadFailure[]): void;
  /** Requests that logged sessions in since the last call: once a minute, at the end, and as soon as one fails in a new way. */
  logins?(counts: LoginCount[]): void;
  /** A few times a second, whether a window closed or not: a target that does not answer keeps all of them open. */
  tick(progress: { elapsedMs: number; done: number; failed: number }): void;
  warning(message: string): void;
  /** A window could not be written, nor is any after it: the load is to be ended. Absent: such a failure is thrown. */
  unwritable?(cause: unknown): void;
  /** Once a minute: the sums over the load so far. */
  checkpoint?(fidelity: FidelityState): void;
  /** What was answered since the last call, against the recording: once a minute, and at the end. */
  answers?(counts: AnswerCounts): void;
  /** Once, at the end: what answers of routes without recorded bodies had in common. */
  learned?(seen: FirstSeen): void;
  generatorStarted?(event: EventData<'shakedown.generator.started'>): void;
  generatorEnded?(event: EventData<'shakedown.generator.ended'>): void;
  generatorLost?(event: EventData<'shakedown.generator.lost'>): void;
}

export interface LoadOutcome {
  /** From the start to the last moment for which requests were planned and handed out. */
  coveredMs: number;
  fidelity: FidelityResult;
  /** What it was made of; null where the engine's way of sending cannot be held against the plan. */
  fidelityState: FidelityState | null;
  accounting: { planned: number; completed: number; failed: number; unsent: number };
  longestStallMs: number;
  /** Why it ended before its time; null when it ran to the end. */
  endedEarly: string | null;
  /** The error of ours that ended it; absent: none did. */
  failure?: unknown;
}

/** The user's own wish in one word; anything else that ended a load by its own reason. */
export function whyAborted({ reason }: AbortSignal): string {
  return reason instanceof ShakedownError && reason.code !== 'INTERRUPTED' ? reason.message : 'interrupted';
}
