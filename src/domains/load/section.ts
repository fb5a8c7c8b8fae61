import type { AnswersResult } from '../../model/answers.ts';
import type { LoginCount } from '../../model/login.ts';
import type { PlanOptions, PlanSummary } from '../../model/plan.ts';
import type { RegressionResult } from '../../model/regression.ts';
import type {
  EngineInfo,
  ErrorGroup,
  FidelityResult,
  LatencyFigures,
  RecordingInfo,
  RouteResult,
} from '../../model/results.ts';

/** What was sent, how it was answered, and how far the replay can be trusted. */
export interface LoadSection {
  latencyTargetsMs: { strict: number; standard: number };
  response: LatencyFigures;
  service: LatencyFigures;
  /** Absent: no window was invalid, or nothing was answered in one. */
  invalid?: InvalidFigures;
  apdex: { score: number; thresholdMs: number } | null;
  requests: { planned: number; sent: number; completed: number; failed: number; unsent: number; bytes: number };
  averageRatePerSecond: number | null;
  peakRatePerSecond: number | null;
  /** Busiest first, capped; `routesLeftOut` were merged into the totals only. */
  routes: RouteResult[];
  routesLeftOut: number;
  errors: ErrorGroup[];
  errorsLeftOut: number;
  /** The most frequent error in plain words; null: none. Absent in results of version 1. */
  mainError?: string | null;
  /** What was answered, against the recording; absent: results of earlier versions. */
  answers?: AnswersResult;
  fidelity: FidelityResult;
  generator: GeneratorFigures;
  /** Load generators that died; absent: none, or results of an earlier version. */
  lostGenerators?: LostGenerator[];
  /** Requests that were lost with them, of those that were not sent. */
  lostRequests?: number;
  plan: {
    options: PlanOptions;
    scheduleSha256: string;
    sessions: number;
    requests: number;
    leftOut: { reason: string; requests: number; methods?: string[] }[];
    /** Requests of the recording by what they wait for; absent in results of earlier versions. */
    waits?: NonNullable<PlanSummary['waits']>;
    recorded?: NonNullable<PlanSummary['recorded']>;
    /** Absent: sessions did not log in, and no body was joined or missing. */
    login?: NonNullable<PlanSummary['login']>;
    bodies?: NonNullable<PlanSummary['bodies']>;
  };
  /** What came of the requests that logged sessions in; they are in no other count, unless the recording has them. Absent: there were none. */
  logins?: LoginCount[];
  recording: RecordingInfo;
  engine: EngineInfo;
  /** How what the run says in several places was held against each other; absent: a search, or results of an earlier version. */
  reconciliation?: Reconciliation;
  /** Against the last passing runs; absent: not asked for. */
  regression?: RegressionResult;
}

/** A load generator that died. Times on the run's clock. */
export interface LostGenerator {
  shard: number;
  /** When its end was noticed. */
  atMs: number;
  reason: string;
  /** When it was heard last, and when the last of the lost requests was planned to arrive. */
  fromMs: number;
  toMs: number;
  /** Requests that it had and did not answer for, and those that nobody was there for. */
  lost: number;
  /** There may be more of them, or later ones: the harness ended before it was known. Absent: there are not. */
  isLeast?: true;
}

/** Answers in windows in which the generator was the bottleneck; they are in no other figure. */
export interface InvalidFigures {
  answers: number;
  response: LatencyFigures;
  service: LatencyFigures;
  /** What is judged of response times, as it would be with them, ms. */
  withThem: { id: string; title: string; value: number; target: number; holds: boolean }[];
}

export interface Reconciliation {
  /** What was compared, with its figure: `answers in it: 72,000`. */
  checked: string[];
  /** Empty: all of it agrees. */
  differences: { file: string; text: string }[];
}

export interface GeneratorFigures {
  windows: number;
  invalidWindows: number;
  windowMs: number;
  latenessP50Ms: number | null;
  latenessP99Ms: number | null;
  latenessMaxMs: number | null;
  targetWaitP99Ms: number | null;
  starved: number;
  virtualUsers: number;
  cpuCoresMean: number | null;
  cpuCoresMax: number | null;
  /** Longest period without any answer while requests were under way, ms. */
  longestStallMs: number | null;
}

declare module '../../model/results.ts' {
  interface Sections {
    load: LoadSection;
  }
}
