import type { PlanSummary } from './plan.ts';
import type {
  EngineInfo,
  FidelityResult,
  HostInfo,
  Program,
  RecordingInfo,
  RouteWindow,
  WindowResult,
} from './results.ts';
import type { ErrorKind } from './sample.ts';

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
      };
    }
  | { type: 'shakedown.plan.ready'; data: { plan: PlanSummary; recording: RecordingInfo } }
  | { type: 'shakedown.engine.started'; data: EngineInfo & { windowMs: number; virtualUsers: number } }
  | { type: 'shakedown.load.started'; data: { startedAt: string } }
  | { type: 'shakedown.window.closed'; data: { window: WindowResult; routes: RouteWindow[] } }
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
  | { type: 'shakedown.health.checked'; data: { atMs: number; up: boolean; detail: string } }
  | { type: 'shakedown.warning'; data: { message: string } }
  | {
      type: 'shakedown.load.ended';
      data: {
        coveredMs: number;
        fidelity: FidelityResult;
        accounting: { planned: number; completed: number; failed: number; unsent: number };
      };
    }
  | { type: 'shakedown.run.interrupted'; data: { reason: string } }
  | { type: 'shakedown.run.ended'; data: { endedAt: string } };
