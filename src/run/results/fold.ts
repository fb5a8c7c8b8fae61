import { BrowserFold } from '../../domains/browsers/public.ts';
import { ChaosFold } from '../../domains/chaos/results/fold.ts';
import { SessionsFold } from '../../domains/journeys/public.ts';
import { addFidelity, fidelity } from '../../domains/load/fidelity.ts';
import { ErrorTally } from '../../domains/load/results/errors.ts';
import { isJudged } from '../../domains/load/results/is-judged.ts';
import { unpackRoute } from '../../domains/load/windows/route-windows.ts';
import { Watched } from '../../domains/monitoring/results/watched.ts';
import { UatFold } from '../../domains/uat/results/fold.ts';
import type { CapacityResult, CapacityStep } from '../../model/capacity.ts';
import { ShakedownError } from '../../model/error.ts';
import type { JournalData } from '../../model/event.ts';
import type { FidelityState } from '../../model/fidelity.ts';
import type { FidelityResult, RouteWindow, WindowResult } from '../../model/results.ts';
import type { Stretch } from '../../model/stability.ts';
import { readJournal, type TimedData } from './events.ts';

type DataOf<T extends JournalData['type']> = Extract<JournalData, { type: T }>['data'];

/** Sums over a route, or over all of them. */
export interface Counts {
  completed: number;
  failed: number;
  unsent: number;
  bytes: number;
}

export interface RouteCounts {
  /** Over all windows. */
  all: Counts;
  /** Over the windows that count. */
  judged: Counts;
}

/** Everything the journal says about a run. */
export interface RunRecord {
  started: DataOf<'shakedown.run.started'> & { time: string };
  plan: DataOf<'shakedown.plan.ready'> | null;
  engine: DataOf<'shakedown.engine.started'> | null;
  loadStartedAt: string | null;
  /** Stretches that were measured, in order: more than one where the run was resumed. */
  parts: Stretch[];
  /** Over all parts; null when too little is known. */
  fidelity: FidelityResult | null;
  /** In order of their start. */
  windows: WindowResult[];
  routes: RouteCounts[];
  errors: ErrorTally;
  health: { atMs: number; up: boolean; detail?: string }[];
  /** Metrics, alerts, log errors, announced downtime, generators and marks. */
  watched: Watched;
  chaos: ChaosFold;
  sessions: SessionsFold;
  browsers: BrowserFold;
  uat: UatFold;
  warnings: string[];
  /** null: the run did not look for the target's capacity. */
  capacity: { steps: CapacityStep[]; closedLoop: CapacityResult['closedLoop'] } | null;
  loadEnded: DataOf<'shakedown.load.ended'> | null;
  interrupted: string | null;
  endedAt: string | null;
  /** The latest time that any event bears (ISO 8601); null in a journal without any. */
  lastEventAt: string | null;
}

const warningsAtMost = 100;

/**
 * Folds a journal into a record.
 * @throws ShakedownError RUN_NOT_FOUND when it cannot be read, RUN_JOURNAL when it does not say how the run began
 */
export async function foldJournal(file: string): Promise<RunRecord> {
  const record: Omit<RunRecord, 'started'> & { started: RunRecord['started'] | null } = {
    started: null,
    plan: null,
    engine: null,
    loadStartedAt: null,
    parts: [],
    fidelity: null,
    windows: [],
    routes: [],
    errors: new ErrorTally(),
    health: [],
    watched: new Watched(),
    chaos: new ChaosFold(),
    sessions: new SessionsFold(),
    browsers: new BrowserFold(),
    uat: new UatFold(),
    warnings: [],
    capacity: null,
    loadEnded: null,
    interrupted: null,
    endedAt: null,
    lastEventAt: null,
  };
  /** The newest sums of each part. */
  const states: FidelityState[] = [];
  let damaged = 0;
  for await (const event of readJournal(file, () => damaged++)) {
    if (record.lastEventAt === null || event.time > record.lastEventAt) record.lastEventAt = event.time;
    if (event.type === 'shakedown.run.started') record.started ??= { ...event.data, time: event.time };
    else if (event.type === 'shakedown.load.checkpoint')
      states[Math.max(0, record.parts.length - 1)] = event.data.fidelity;
    else apply(record, event);
  }
  const { started } = record;
  if (started === null) {
    throw new ShakedownError('RUN_JOURNAL', `The journal ${file} does not say how the run began.`, {
      hint: 'The run was cut off before anything was measured: start it again.',
    });
  }
  if (damaged > 0) record.warnings.push(`${damaged} damaged lines of the journal were passed over.`);
  record.windows.sort((a, b) => a.startMs - b.startMs);
  record.interrupted = interruption(record);
  record.fidelity = wholeFidelity(record, states);
  return { ...record, started };
}

function apply(record: Omit<RunRecord, 'started'>, event: TimedData): void {
  switch (event.type) {
    case 'shakedown.plan.ready':
      record.plan = event.data;
      break;
    case 'shakedown.engine.started':
      record.engine = event.data;
      break;
    case 'shakedown.load.started':
      record.loadStartedAt ??= event.data.startedAt;
      record.parts.push({ fromMs: event.data.fromMs ?? 0, toMs: event.data.fromMs ?? 0 });
      // It goes on: what ended it before is a gap now.
      record.loadEnded = null;
      record.interrupted = null;
      record.endedAt = null;
      break;
    case 'shakedown.window.closed':
      record.windows.push(event.data.window);
      cover(record, event.data.window.startMs + event.data.window.durationMs);
      for (const route of event.data.routes) addRoute(record.routes, unpackRoute(route), isJudged(event.data.window));
      break;
    case 'shakedown.error.seen':
      record.errors.add(event.data);
      break;
    case 'shakedown.errors.repeated':
      for (const [kind, status, route, atMs, count] of event.data.errors) {
        record.errors.add({ kind, status, route, atMs, count, message: '' });
      }
      break;
    case 'shakedown.health.checked':
      record.health.push(event.data);
      break;
    case 'shakedown.metrics.sampled':
      // What a fault takes of a resource is not the target's need of it.
      record.watched.add(event, !record.chaos.on(event.data.atMs));
      break;
    case 'shakedown.warning':
      if (record.warnings.length < warningsAtMost && !record.warnings.includes(event.data.message)) {
        record.warnings.push(event.data.message);
      }
      break;
    case 'shakedown.capacity.started':
      record.capacity ??= { steps: [], closedLoop: null };
      break;
    case 'shakedown.capacity.step':
      record.capacity?.steps.push(event.data.step);
      break;
    case 'shakedown.capacity.checked':
      if (record.capacity !== null) record.capacity.closedLoop = event.data.closedLoop;
      break;
    case 'shakedown.load.ended':
      record.loadEnded = event.data;
      cover(record, event.data.coveredMs, true);
      break;
    case 'shakedown.run.interrupted':
      record.interrupted ??= event.data.reason;
      break;
    case 'shakedown.run.ended':
      record.endedAt = event.data.endedAt;
      break;
    default:
      record.sessions.add(event);
      record.browsers.add(event);
      if (record.chaos.add(event) || record.uat.add(event)) break;
      record.watched.add(event);
  }
}

/** A part reaches to the end of its last window, and to where its load says that it ended. */
function cover(record: Omit<RunRecord, 'started'>, toMs: number, exactly = false): void {
  const part = record.parts.at(-1);
  if (part === undefined) record.parts.push({ fromMs: 0, toMs });
  else part.toMs = exactly ? Math.max(part.fromMs, toMs) : Math.max(part.toMs, toMs);
}

function wholeFidelity(record: Omit<RunRecord, 'started'>, states: readonly FidelityState[]): FidelityResult | null {
  const known = states.filter((state) => state !== undefined);
  // One part that ended in order has its own figure; it may be none, where the engine cannot be held against the plan.
  if (record.loadEnded !== null && record.parts.length < 2) return record.loadEnded.fidelity;
  try {
    return known.length === 0 ? null : fidelity(addFidelity(known));
  } catch {
    return null;
  }
}

/** A plan has some thousands of routes at the most; an index past that is damage, not a route. */
const routesAtMost = 100_000;

function addRoute(routes: RouteCounts[], window: RouteWindow, counts: boolean): void {
  if (window.route >= routesAtMost) return;
  let route = routes[window.route];
  if (route === undefined) {
    route = { all: noCounts(), judged: noCounts() };
    routes[window.route] = route;
  }
  addCounts(route.all, window);
  if (counts) addCounts(route.judged, window);
}

export function noCounts(): Counts {
  return { completed: 0, failed: 0, unsent: 0, bytes: 0 };
}

export function addCounts(to: Counts, from: Counts): void {
  to.completed += from.completed;
  to.failed += from.failed;
  // Journals from before this was counted a route do not have it.
  to.unsent += from.unsent ?? 0;
  to.bytes += from.bytes;
}

function interruption(record: Omit<RunRecord, 'started'>): string | null {
  if (record.interrupted !== null) return record.interrupted;
  if (record.loadEnded !== null) return null;
  return record.endedAt === null ? 'ended without saying so (killed?)' : 'ended before the load did';
}
