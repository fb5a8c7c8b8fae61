import type { z } from 'zod';

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
// biome-ignore lint/suspicious/noEmptyInterface: who owns an event adds it
export interface JournalEvents {}

export type EventType = keyof JournalEvents;

/** For a domain's events: the schema is an event's only definition. */
export type EventSchemas = Readonly<Record<string, z.ZodType>>;

export type EventsOf<S extends EventSchemas> = { [T in keyof S]: z.output<S[T]> };

/** Any event of a journal; the results are a fold over them and the window histograms beside them. */
export type JournalData = { [T in EventType]: { type: T; data: JournalEvents[T] } }[EventType];
