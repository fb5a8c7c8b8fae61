import type { Judging } from '../../domains/domain.ts';
import { type JournalCheck, noCheck, readJournal, type TimedData } from '../../evidence/read-journal.ts';
import { ShakedownError } from '../../model/error.ts';
import type { EventSchemas } from '../../model/event.ts';
import { runEvents } from '../../model/run-events.ts';
import type { RunFacts } from '../../model/run-facts.ts';
import { domains } from '../domains.ts';
import { EventTimes } from './record-doubts.ts';

const warningsAtMost = 100;

/** A domain's judging, and its fold over the journal of a run. */
export interface JudgingPart {
  id: string;
  judging: Judging;
  state: unknown;
  /** Why its part cannot be judged: what it threw; null: all is well. */
  broken: string | null;
}

export interface FoldedRun {
  facts: RunFacts;
  parts: JudgingPart[];
  warnings: string[];
  /** What the times of its events say of the journal itself. */
  times: EventTimes;
  /** What reading it showed of the journal itself. */
  journal: JournalCheck;
}

/** The judging of every domain that has one, in the order of the table. */
export async function judgings(): Promise<{ id: string; judging: Judging }[]> {
  const loaded = await Promise.all(
    domains.map(async ({ id, judging }) => ({ id, judging: judging === undefined ? null : await judging() })),
  );
  return loaded.flatMap(({ id, judging }) => (judging === null ? [] : [{ id, judging }]));
}

/** Schemas of all events, by type. */
function schemasOf(parts: readonly { judging: Judging }[]): EventSchemas {
  return Object.assign({}, runEvents, ...parts.map(({ judging }) => judging.events)) as EventSchemas;
}

/** Streams a run's journal. @throws ShakedownError RUN_NOT_FOUND */
export async function* readEvents(file: string, onDamaged: () => void): AsyncGenerator<TimedData> {
  yield* readJournal(file, schemasOf(await judgings()), onDamaged);
}

/**
 * Folds a run's journal, each domain its own events; what a domain throws breaks its part and no other.
 * @throws ShakedownError RUN_NOT_FOUND when the journal cannot be read, RUN_JOURNAL when it does not say how the run began
 */
export async function foldRun(folder: string): Promise<FoldedRun> {
  const file = `${folder}/journal.ndjson`;
  const parts = (await judgings()).map((one): JudgingPart => ({ ...one, state: one.judging.begin(), broken: null }));
  const run = new RunEvents();
  const times = new EventTimes();
  const disturbed = (atMs: number) => parts.some(({ judging, state }) => judging.disturbed?.(state, atMs) === true);
  const journal = noCheck();
  for await (const event of readJournal(file, schemasOf(parts), () => {}, journal)) {
    run.add(event);
    times.add(event);
    for (const part of parts) guarded(part, null, () => part.judging.add(part.state, event, disturbed));
  }
  const { started } = run;
  if (started === null) {
    throw new ShakedownError('RUN_JOURNAL', `The journal ${file} does not say how the run began.`, {
      hint: 'The run was cut off before anything was measured: start it again.',
    });
  }
  const damaged = journal.damaged.length;
  if (damaged > 0)
    run.warnings.push(
      `${damaged} damaged ${damaged === 1 ? 'line' : 'lines'} of the journal ${damaged === 1 ? 'was' : 'were'} skipped.`,
    );
  const facts = factsOf(folder, { ...run, started }, parts);
  return { facts, parts, warnings: run.warnings, times, journal };
}

/** Calls into a domain: what it throws is remembered, and the domain is asked no more. */
export function guarded<T>(part: JudgingPart, otherwise: T, call: () => T): T {
  if (part.broken !== null) return otherwise;
  try {
    return call();
  } catch (error) {
    part.broken = error instanceof Error ? error.message : String(error);
    return otherwise;
  }
}

/** The same for what is awaited. */
export async function guardedLater<T>(part: JudgingPart, otherwise: T, call: () => Promise<T> | undefined): Promise<T> {
  if (part.broken !== null) return otherwise;
  try {
    return (await call()) ?? otherwise;
  } catch (error) {
    part.broken = error instanceof Error ? error.message : String(error);
    return otherwise;
  }
}

/** What every run says of itself. */
class RunEvents {
  started: RunFacts['started'] | null = null;
  readonly marks: RunFacts['marks'] = [];
  readonly warnings: string[] = [];
  interrupted: string | null = null;
  aborted: RunFacts['aborted'] = null;
  endedAt: string | null = null;
  lastEventAt: string | null = null;

  add(event: TimedData): void {
    if (this.lastEventAt === null || event.time > this.lastEventAt) this.lastEventAt = event.time;
    switch (event.type) {
      case 'shakedown.run.started':
        this.started ??= { ...event.data, time: event.time };
        break;
      case 'shakedown.load.started':
      case 'shakedown.run.resumed':
        // It goes on: what ended it before is a gap now.
        this.interrupted = null;
        this.endedAt = null;
        break;
      case 'shakedown.marked':
        this.marks.push(event.data);
        break;
      case 'shakedown.warning':
        if (this.warnings.length < warningsAtMost && !this.warnings.includes(event.data.message))
          this.warnings.push(event.data.message);
        break;
      case 'shakedown.run.interrupted':
        this.interrupted ??= event.data.reason;
        break;
      case 'shakedown.run.aborted':
        this.aborted ??= event.data;
        break;
      case 'shakedown.run.ended':
        this.endedAt = event.data.endedAt;
        break;
    }
  }
}

function factsOf(
  folder: string,
  run: Pick<RunEvents, 'marks' | 'interrupted' | 'aborted' | 'endedAt' | 'lastEventAt'> & {
    started: RunFacts['started'];
  },
  parts: readonly JudgingPart[],
): RunFacts {
  const { started, marks, aborted, endedAt, lastEventAt } = run;
  const search = first(parts, (part) => part.judging.search?.(part.state) ?? null);
  const measured = first(parts, (part) => part.judging.instrument?.(part.state, started, search) ?? null) ?? nothing;
  return {
    folder,
    started,
    ...measured,
    interrupted: run.interrupted ?? cutOff(endedAt, measured.plan !== null && measured.loadEnded === null),
    aborted,
    endedAt,
    lastEventAt,
    marks,
    spans: [],
    isSearch: search !== null,
    plannedMs: search === null ? started.durationMs : measured.judged.coveredMs,
  };
}

function first<T>(parts: readonly JudgingPart[], find: (part: JudgingPart) => T | null): T | null {
  for (const part of parts) {
    const found = guarded(part, null, () => find(part));
    if (found !== null) return found;
  }
  return null;
}

/** Why a run ended before its time, of one that does not say it; null: it ended in order. */
function cutOff(endedAt: string | null, isLoadOpen: boolean): string | null {
  if (endedAt === null) return 'ended without a final event (killed?)';
  return isLoadOpen ? 'ended before the load did' : null;
}

const nothing: Pick<
  RunFacts,
  'plan' | 'engine' | 'loadStartedAt' | 'parts' | 'windows' | 'routes' | 'health' | 'loadEnded' | 'fidelity' | 'judged'
> = {
  plan: null,
  engine: null,
  loadStartedAt: null,
  parts: [],
  windows: [],
  routes: [],
  health: [],
  loadEnded: null,
  fidelity: null,
  judged: {
    windows: [],
    counts: { completed: 0, failed: 0, unsent: 0, bytes: 0 },
    durationMs: 0,
    inTime: [],
    plannedRatePerSecond: null,
    invalidWindows: 0,
    coveredMs: 0,
    endMs: 0,
  },
};
