import type { Artifact } from './artifact.ts';
import type { BrowserName, SizeName, UatBrowser, UatSize } from './browser.ts';
import type { FidelityState } from './fidelity.ts';
import type { PlanSummary } from './plan.ts';
import type {
  EngineInfo,
  FidelityResult,
  HostInfo,
  PackedRouteWindow,
  Program,
  RecordingInfo,
  RouteWindow,
  WindowResult,
} from './results.ts';
import type { ErrorKind } from './sample.ts';
import type { UatAttempt } from './uat.ts';
import type { VitalName } from './vital.ts';

/** CloudEvents 1.0 envelope (https://github.com/cloudevents/spec), one a line in `journal.ndjson`. */
export interface JournalEvent<T extends JournalData['type'] = JournalData['type']> {
  specversion: '1.0';
  id: string;
  /** `shakedown/runs/<id>` */
  source: string;
  type: T;
  /** ISO 8601. */
  time: string;
  datacontenttype: 'application/json';
  data: Extract<JournalData, { type: T }>['data'];
}

/**
 * What the journal of a run can hold, by event type. Each domain adds its own events where it declares them:
 * `declare module '../../model/event.ts' { interface JournalEvents extends EventsOf<typeof events> {} }`.
 */
export interface JournalEvents {
  'shakedown.run.started': {
    runId: string;
    command: string;
    durationMs: number;
    candidate: {
      name: string;
      version: string;
      baselineVersion: string | null;
      /** Absent in journals of earlier versions. */
      artifacts?: Artifact[];
    };
    environment: { name: string; targetUrl: string };
    /** Which try at the same candidate and command; absent in journals of earlier versions. */
    attempt?: number;
    host: HostInfo;
    programs: Program[];
    config: unknown;
    /** What the command line asked for, to go on with by `--resume`; absent in journals of earlier versions. */
    invocation?: {
      configFile: string | null;
      overrides: unknown;
      parallelism?: number;
      /** Of what runs beside the load, by their names in code; in earlier versions `chaos` and `uat` stood beside it. */
      options?: Readonly<Record<string, unknown>>;
      chaos?: readonly string[];
      uat?: readonly string[];
    };
  };
  'shakedown.plan.ready': { plan: PlanSummary; recording: RecordingInfo };
  'shakedown.engine.started': EngineInfo & { windowMs: number; virtualUsers: number };
  /** `startedAt`: when the run's clock read zero. More than one: the run was resumed, and measured again from `fromMs` (absent: 0) on. */
  'shakedown.load.started': { startedAt: string; fromMs?: number };
  /** Sums since the last `load.started`; each takes the place of the one before. */
  'shakedown.load.checkpoint': { fidelity: FidelityState };
  /** Routes with names for their figures: journals of earlier versions. */
  'shakedown.window.closed': { window: WindowResult; routes: (PackedRouteWindow | RouteWindow)[] };
  'shakedown.error.seen': {
    kind: ErrorKind;
    status: number;
    route: number;
    /** Planned arrival. */
    atMs: number;
    message: string;
    /** How many of this kind, status and route the event stands for; absent: 1. */
    count?: number;
  };
  /** More failures of kinds, statuses and routes that were seen before, once a window: an event each would grow with the requests. */
  'shakedown.errors.repeated': { errors: RepeatedFailure[] };
  'shakedown.health.checked': { atMs: number; up: boolean; detail: string };
  /** The scenarios begin; what they do is in `uat.ndjson` beside the journal. */
  'shakedown.uat.started': {
    browsers: UatBrowser[];
    sizes: UatSize[];
    /** What the command line chose; empty: all. */
    chosen: string[];
    scenarioFolder: string;
    budgets: Record<VitalName, number>;
    /** What was not filmed though it was asked for, and why, a sentence; absent: all was, or nothing was asked for. */
    notFilmed?: string;
  };
  /** All chosen scenarios are run once more; `startMs` null: before the load. */
  'shakedown.uat.round.started': {
    round: number;
    kind: 'quiet' | 'load';
    startMs: number | null;
    /** Scenario runs in it; absent in journals of earlier versions. */
    planned?: number;
  };
  /** One attempt at a scenario, on the run's clock; the rest of it is in `uat/uat.ndjson`. */
  'shakedown.uat.attempted': {
    round: number;
    scenario: string;
    browser: BrowserName;
    size: SizeName;
    retry: number;
    status: UatAttempt['status'];
    /** null: before the load. */
    startMs: number | null;
    endMs: number | null;
    /** It failed, and is to be tried again. */
    again?: true;
  };
  'shakedown.uat.round.ended': {
    round: number;
    startMs: number | null;
    endMs: number | null;
    wallMs: number;
    /** Of the runner and its browsers, as far as it could be read. */
    cpuSeconds: number | null;
    /** The most that they held at once. */
    memoryBytes?: number | null;
    passed: number;
    failed: number;
    flaky: number;
    /** The run, or its load, ended before the round did. */
    cutShort?: true;
  };
  'shakedown.warning': { message: string };
  'shakedown.load.ended': {
    coveredMs: number;
    /** Since the last `load.started`. */
    fidelity: FidelityResult;
    accounting: { planned: number; completed: number; failed: number; unsent: number };
  };
  'shakedown.run.interrupted': { reason: string };
  'shakedown.run.ended': { endedAt: string };
}

export type EventType = keyof JournalEvents;

/** Any event of a journal; the results are a fold over them and the window histograms beside them. */
export type JournalData = { [T in EventType]: { type: T; data: JournalEvents[T] } }[EventType];

/** `atMs` is the planned arrival of the first. */
export type RepeatedFailure = readonly [kind: ErrorKind, status: number, route: number, atMs: number, count: number];
