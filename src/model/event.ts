import type { BrowserMeasured, BrowserSetup } from './browser-visits.ts';
import type { CapacityResult, CapacityStep } from './capacity.ts';
import type { ExperimentResult, FaultProof, FaultRecord, HypothesisCheck, LedgerResult } from './chaos.ts';
import type { FidelityState } from './fidelity.ts';
import type { JourneySettings, RecordedUse, SessionCounts } from './journeys.ts';
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
import type { MetricDescription } from './watch.ts';

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
    candidate: { name: string; version: string; baselineVersion: string | null };
    environment: { name: string; targetUrl: string };
    host: HostInfo;
    programs: Program[];
    config: unknown;
    /** What the command line asked for, to go on with by `--resume`; absent in journals of earlier versions. */
    invocation?: {
      configFile: string | null;
      overrides: unknown;
      parallelism?: number;
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
  /** Before the load: the journeys and features that sessions are followed through, and what the recording's did. */
  'shakedown.journeys.planned': { settings: JourneySettings; recorded: RecordedUse };
  /** Sessions that came to their end with a window. */
  'shakedown.sessions.counted': { window: number; counts: SessionCounts[] };
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
  /** Before the first sample of these metrics; may come again when new ones turn up. */
  'shakedown.metrics.described': { metrics: MetricDescription[] };
  /** Figures by metric id, all taken at one moment of the run's clock; what could not be read is left out. */
  'shakedown.metrics.sampled': { atMs: number; values: Record<string, number> };
  'shakedown.alert.changed': {
    atMs: number;
    name: string;
    state: 'pending' | 'firing' | 'resolved';
    severity: string | null;
    detail: string;
  };
  /** Error lines found in the target's logs since the last such event of the source. */
  'shakedown.log.errors': { atMs: number; source: string; count: number; example: string };
  'shakedown.downtime.planned': { fromMs: number; toMs: number; reason: string };
  'shakedown.generator.started': {
    atMs: number;
    /** Which of the processes that share the load, from 0. */
    shard: number;
    reason: 'start' | 'relay' | 'replacement' | 'resume';
    pid: number | null;
    detail: string | null;
  };
  'shakedown.generator.ended': { atMs: number; shard: number; reason: string; lost: number };
  /** Something worth a mark on the timeline that no other event tells of. */
  'shakedown.marked': { atMs: number; lane: 'faults' | 'deployments' | 'uat' | 'info'; label: string };
  /** The run looks for the target's capacity, with steps of this length. */
  'shakedown.capacity.started': { stepMs: number };
  'shakedown.capacity.step': { step: CapacityStep };
  /** The cross-check in a closed loop. */
  'shakedown.capacity.checked': { closedLoop: NonNullable<CapacityResult['closedLoop']> };
  'shakedown.experiment.started': { atMs: number; title: string; file: string; description: string; tags: string[] };
  'shakedown.hypothesis.checked': { experiment: string; check: HypothesisCheck };
  /** Before anything is touched. */
  'shakedown.fault.announced': { fault: FaultRecord };
  'shakedown.fault.injected': { id: string; atMs: number };
  'shakedown.fault.proved': { id: string; proof: FaultProof };
  /** `error`: it never came to be. */
  'shakedown.fault.ended': { id: string; atMs: number; by: FaultRecord['revertedBy']; error: string | null };
  'shakedown.experiment.ended': { experiment: Omit<ExperimentResult, 'faults'> };
  'shakedown.ledger.checked': { ledger: LedgerResult };
  /** Visitors in browsers beside the load: of a run with --browser-vus. */
  'shakedown.browsers.started': BrowserSetup;
  /** What they saw in a stretch of a minute at most. */
  'shakedown.browsers.measured': BrowserMeasured;
  /** A browser ended by itself, and another took its place. `atMs` is negative before the load. */
  'shakedown.browsers.crashed': { atMs: number; why: string };
  /** All of them ended before the load did. */
  'shakedown.browsers.ended': { atMs: number; why: string };
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
