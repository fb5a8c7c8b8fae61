import type { z } from 'zod';
import type { BrowserMeasured, BrowserSetup } from './browser-visits.ts';
import type { CapacityResult, CapacityStep } from './capacity.ts';
import type { ExperimentResult, FaultProof, FaultRecord, HypothesisCheck, LedgerResult } from './chaos.ts';
import type { JourneySettings, RecordedUse, SessionCounts } from './journeys.ts';
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
  /** Before the load: the journeys and features that sessions are followed through, and what the recording's did. */
  'shakedown.journeys.planned': { settings: JourneySettings; recorded: RecordedUse };
  /** Sessions that came to their end with a window. */
  'shakedown.sessions.counted': { window: number; counts: SessionCounts[] };
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
}

export type EventType = keyof JournalEvents;

/** For a domain's events: the schema is an event's only definition. */
export type EventSchemas = Readonly<Record<string, z.ZodType>>;

export type EventsOf<S extends EventSchemas> = { [T in keyof S]: z.output<S[T]> };

/** Any event of a journal; the results are a fold over them and the window histograms beside them. */
export type JournalData = { [T in EventType]: { type: T; data: JournalEvents[T] } }[EventType];
