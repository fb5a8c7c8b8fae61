import { z } from 'zod';
import { browserNames, sizeNames, uatBrowser, uatSize } from '../../model/browser.ts';
import { attemptStatuses } from '../../model/uat.ts';
import { vitalNames } from '../../model/vital.ts';
import type { EventsOf } from '../domain.ts';

const text = z.string();
const count = z.number().min(0);
/** On the run's clock; null: before the load. */
const moment = z.number().nullable();

export const events = {
  /** The scenarios begin. What each of them does is in `uat.ndjson`: of a run of scenarios alone beside the journal, else in the folder `uat`. */
  'shakedown.uat.started': z.object({
    browsers: z.array(uatBrowser),
    sizes: z.array(uatSize),
    /** What the command line chose; empty: all. */
    chosen: z.array(text),
    scenarioFolder: text,
    budgets: z.record(z.enum(vitalNames), z.number()),
    /** Why video that was asked for was not recorded, a sentence; absent: all was, or none was asked for. */
    notFilmed: text.exactOptional(),
  }),
  /** All chosen scenarios are run once more beside the load; `startMs` null: before it. */
  'shakedown.uat.round.started': z.object({
    round: count,
    kind: z.enum(['quiet', 'load']),
    startMs: moment,
    /** Scenario runs in it; absent in journals of earlier versions. */
    planned: count.optional(),
  }),
  /** One attempt at a scenario of a round; the rest of it is in `uat/uat.ndjson`. */
  'shakedown.uat.attempted': z.object({
    round: count,
    scenario: text,
    browser: z.enum(browserNames),
    size: z.enum(sizeNames),
    retry: count,
    status: z.enum(attemptStatuses),
    startMs: moment,
    endMs: moment,
    /** It failed, and is to be tried again. */
    again: z.literal(true).exactOptional(),
  }),
  'shakedown.uat.round.ended': z.object({
    round: count,
    startMs: moment,
    endMs: moment,
    wallMs: count,
    /** Of the runner and its browsers, as far as it could be read. */
    cpuSeconds: count.nullable(),
    /** The most that they held at once. Absent in journals of earlier versions. */
    memoryBytes: count.nullable().exactOptional(),
    passed: count,
    failed: count,
    flaky: count,
    /** The run, or its load, ended before the round did. */
    cutShort: z.literal(true).exactOptional(),
  }),
};

declare module '../../model/event.ts' {
  interface JournalEvents extends EventsOf<typeof events> {}
}
