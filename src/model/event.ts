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
import type { BrowserName, SizeName, UatAttempt, UatBrowser, UatSize } from './uat.ts';
import type { VitalName } from './vital.ts';
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

/** What the journal of a run can hold; the results are a fold over it and the window histograms beside it. */
export type JournalData =
  | {
      type: 'shakedown.run.started';
      data: {
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
    }
  | { type: 'shakedown.plan.ready'; data: { plan: PlanSummary; recording: RecordingInfo } }
  | { type: 'shakedown.engine.started'; data: EngineInfo & { windowMs: number; virtualUsers: number } }
  /** `startedAt`: when the run's clock read zero. More than one: the run was resumed, and measured again from `fromMs` (absent: 0) on. */
  | { type: 'shakedown.load.started'; data: { startedAt: string; fromMs?: number } }
  /** Sums since the last `load.started`; each takes the place of the one before. */
  | { type: 'shakedown.load.checkpoint'; data: { fidelity: FidelityState } }
  /** Routes with names for their figures: journals of earlier versions. */
  | { type: 'shakedown.window.closed'; data: { window: WindowResult; routes: (PackedRouteWindow | RouteWindow)[] } }
  /** Before the load: the journeys and features that sessions are followed through, and what the recording's did. */
  | { type: 'shakedown.journeys.planned'; data: { settings: JourneySettings; recorded: RecordedUse } }
  /** Sessions that came to their end with a window. */
  | { type: 'shakedown.sessions.counted'; data: { window: number; counts: SessionCounts[] } }
  | {
      type: 'shakedown.error.seen';
      data: {
        kind: ErrorKind;
        status: number;
        route: number;
        /** Planned arrival. */
        atMs: number;
        message: string;
        /** How many of this kind, status and route the event stands for; absent: 1. */
        count?: number;
      };
    }
  /** More failures of kinds, statuses and routes that were seen before, once a window: an event each would grow with the requests. */
  | { type: 'shakedown.errors.repeated'; data: { errors: RepeatedFailure[] } }
  | { type: 'shakedown.health.checked'; data: { atMs: number; up: boolean; detail: string } }
  /** Before the first sample of these metrics; may come again when new ones turn up. */
  | { type: 'shakedown.metrics.described'; data: { metrics: MetricDescription[] } }
  /** Figures by metric id, all taken at one moment of the run's clock; what could not be read is left out. */
  | { type: 'shakedown.metrics.sampled'; data: { atMs: number; values: Record<string, number> } }
  | {
      type: 'shakedown.alert.changed';
      data: {
        atMs: number;
        name: string;
        state: 'pending' | 'firing' | 'resolved';
        severity: string | null;
        detail: string;
      };
    }
  /** Error lines found in the target's logs since the last such event of the source. */
  | { type: 'shakedown.log.errors'; data: { atMs: number; source: string; count: number; example: string } }
  | { type: 'shakedown.downtime.planned'; data: { fromMs: number; toMs: number; reason: string } }
  | {
      type: 'shakedown.generator.started';
      data: {
        atMs: number;
        /** Which of the processes that share the load, from 0. */
        shard: number;
        reason: 'start' | 'relay' | 'replacement' | 'resume';
        pid: number | null;
        detail: string | null;
      };
    }
  | { type: 'shakedown.generator.ended'; data: { atMs: number; shard: number; reason: string; lost: number } }
  /** Something worth a mark on the timeline that no other event tells of. */
  | { type: 'shakedown.marked'; data: { atMs: number; lane: 'faults' | 'deployments' | 'uat' | 'info'; label: string } }
  /** The run looks for the target's capacity, with steps of this length. */
  | { type: 'shakedown.capacity.started'; data: { stepMs: number } }
  | { type: 'shakedown.capacity.step'; data: { step: CapacityStep } }
  /** The cross-check in a closed loop. */
  | { type: 'shakedown.capacity.checked'; data: { closedLoop: NonNullable<CapacityResult['closedLoop']> } }
  | {
      type: 'shakedown.experiment.started';
      data: { atMs: number; title: string; file: string; description: string; tags: string[] };
    }
  | { type: 'shakedown.hypothesis.checked'; data: { experiment: string; check: HypothesisCheck } }
  /** Before anything is touched. */
  | { type: 'shakedown.fault.announced'; data: { fault: FaultRecord } }
  | { type: 'shakedown.fault.injected'; data: { id: string; atMs: number } }
  | { type: 'shakedown.fault.proved'; data: { id: string; proof: FaultProof } }
  /** `error`: it never came to be. */
  | {
      type: 'shakedown.fault.ended';
      data: { id: string; atMs: number; by: FaultRecord['revertedBy']; error: string | null };
    }
  | { type: 'shakedown.experiment.ended'; data: { experiment: Omit<ExperimentResult, 'faults'> } }
  | { type: 'shakedown.ledger.checked'; data: { ledger: LedgerResult } }
  /** The scenarios begin; what they do is in `uat.ndjson` beside the journal. */
  | {
      type: 'shakedown.uat.started';
      data: {
        browsers: UatBrowser[];
        sizes: UatSize[];
        /** What the command line chose; empty: all. */
        chosen: string[];
        scenarioFolder: string;
        budgets: Record<VitalName, number>;
        /** What was not filmed though it was asked for, and why, a sentence; absent: all was, or nothing was asked for. */
        notFilmed?: string;
      };
    }
  /** Visitors in browsers beside the load: of a run with --browser-vus. */
  | { type: 'shakedown.browsers.started'; data: BrowserSetup }
  /** What they saw in a stretch of a minute at most. */
  | { type: 'shakedown.browsers.measured'; data: BrowserMeasured }
  /** A browser ended by itself, and another took its place. `atMs` is negative before the load. */
  | { type: 'shakedown.browsers.crashed'; data: { atMs: number; why: string } }
  /** All of them ended before the load did. */
  | { type: 'shakedown.browsers.ended'; data: { atMs: number; why: string } }
  /** All chosen scenarios are run once more; `startMs` null: before the load. */
  | { type: 'shakedown.uat.round.started'; data: { round: number; kind: 'quiet' | 'load'; startMs: number | null } }
  /** One attempt at a scenario, on the run's clock; the rest of it is in `uat/uat.ndjson`. */
  | {
      type: 'shakedown.uat.attempted';
      data: {
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
    }
  | {
      type: 'shakedown.uat.round.ended';
      data: {
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
    }
  | { type: 'shakedown.warning'; data: { message: string } }
  | {
      type: 'shakedown.load.ended';
      data: {
        coveredMs: number;
        /** Since the last `load.started`. */
        fidelity: FidelityResult;
        accounting: { planned: number; completed: number; failed: number; unsent: number };
      };
    }
  | { type: 'shakedown.run.interrupted'; data: { reason: string } }
  | { type: 'shakedown.run.ended'; data: { endedAt: string } };

/** `atMs` is the planned arrival of the first. */
export type RepeatedFailure = readonly [kind: ErrorKind, status: number, route: number, atMs: number, count: number];
