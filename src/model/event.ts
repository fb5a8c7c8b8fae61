import type { z } from 'zod';
import type { BrowserName, SizeName, UatBrowser, UatSize } from './browser.ts';
import type { BrowserMeasured, BrowserSetup } from './browser-visits.ts';
import type { CapacityResult, CapacityStep } from './capacity.ts';
import type { JourneySettings, RecordedUse, SessionCounts } from './journeys.ts';
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
  /** Before the load: the journeys and features that sessions are followed through, and what the recording's did. */
  'shakedown.journeys.planned': { settings: JourneySettings; recorded: RecordedUse };
  /** Sessions that came to their end with a window. */
  'shakedown.sessions.counted': { window: number; counts: SessionCounts[] };
  /** The run looks for the target's capacity, with steps of this length. */
  'shakedown.capacity.started': { stepMs: number };
  'shakedown.capacity.step': { step: CapacityStep };
  /** The cross-check in a closed loop. */
  'shakedown.capacity.checked': { closedLoop: NonNullable<CapacityResult['closedLoop']> };
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
  /** Visitors in browsers beside the load: of a run with --browser-vus. */
  'shakedown.browsers.started': BrowserSetup;
  /** What they saw in a stretch of a minute at most. */
  'shakedown.browsers.measured': BrowserMeasured;
  /** A browser ended by itself, and another took its place. `atMs` is negative before the load. */
  'shakedown.browsers.crashed': { atMs: number; why: string };
  /** All of them ended before the load did. */
  'shakedown.browsers.ended': { atMs: number; why: string };
  /** All chosen scenarios are run once more; `startMs` null: before the load. */
  'shakedown.uat.round.started': { round: number; kind: 'quiet' | 'load'; startMs: number | null };
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
}

export type EventType = keyof JournalEvents;

/** For a domain's events: the schema is an event's only definition. */
export type EventSchemas = Readonly<Record<string, z.ZodType>>;

export type EventsOf<S extends EventSchemas> = { [T in keyof S]: z.output<S[T]> };

/** Any event of a journal; the results are a fold over them and the window histograms beside them. */
export type JournalData = { [T in EventType]: { type: T; data: JournalEvents[T] } }[EventType];
