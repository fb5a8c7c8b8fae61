import type { PlannedSession, PlanSummary } from '../model/plan.ts';
import type { FidelityResult, RouteWindow, WindowResult } from '../model/results.ts';
import type { ErrorKind } from '../model/sample.ts';
import type { LatencyHistogram } from '../stats/histogram.ts';
import type { Honesty } from './windows/result.ts';

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
  /** Headers known only when a session is handed out, such as a fresh token; null for none. */
  overlay(): Record<string, string> | null;
  /** Folder of the interval logs. */
  windowsFolder: string;
  /** Ends the load early, in order. */
  signal: AbortSignal;
  on: LoadListener;
}

export interface LoadFailure {
  kind: ErrorKind;
  status: number;
  route: number;
  count: number;
  firstMs: number;
  lastMs: number;
  message: string;
}

export interface LoadListener {
  /** The run's clock read zero at `startedAt` (ISO 8601). */
  started(startedAt: string): void;
  window(
    window: WindowResult,
    routes: RouteWindow[],
    /** `response`: the window's response times, µs; to be read at once. */
    progress: { planned: number; done: number; failed: number; response: LatencyHistogram },
  ): void;
  /** Failures counted since the last call, `count` being the new ones. */
  failures(failures: LoadFailure[]): void;
  /** A few times a second, whether a window closed or not: a target that does not answer keeps all of them open. */
  tick(progress: { elapsedMs: number; done: number; failed: number }): void;
  warning(message: string): void;
}

export interface LoadOutcome {
  /** From the start to the last moment for which requests were planned and handed out. */
  coveredMs: number;
  fidelity: FidelityResult;
  accounting: { planned: number; completed: number; failed: number; unsent: number };
  longestStallMs: number;
  /** Why it ended before its time; null when it ran to the end. */
  endedEarly: string | null;
}
