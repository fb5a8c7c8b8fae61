import type { JournalData, JournalEvents } from '../../../model/event.ts';
import type { FidelityState } from '../../../model/fidelity.ts';
import type { FidelityResult, RouteWindow, WindowResult } from '../../../model/results.ts';
import type { Counts, RouteCounts } from '../../../model/run-facts.ts';
import type { Stretch } from '../../../model/stability.ts';
import { WindowCounts } from '../../../stats/window-counts.ts';
import { addFidelity, fidelity } from '../fidelity.ts';
import { unpackRoute } from '../windows/route-windows.ts';
import { ErrorTally } from './errors.ts';
import { isJudged } from './is-judged.ts';

/** A plan has some thousands of routes at the most; an index past that is damage, not a route. */
const routesAtMost = 100_000;

/** As where samples are counted (windows/ingest.ts). */
const offTheWire: ReadonlySet<string> = new Set(['unsent', 'extraction', 'blocked']);

/** Everything the journal says about a replay. */
export class LoadFold {
  plan: JournalEvents['shakedown.plan.ready'] | null = null;
  engine: JournalEvents['shakedown.engine.started'] | null = null;
  startedAt: string | null = null;
  /** Periods that were measured, in order: more than one where the run was resumed. */
  readonly parts: Stretch[] = [];
  readonly windows: WindowResult[] = [];
  /** By the plan's index. */
  readonly routes: RouteCounts[] = [];
  readonly errors = new ErrorTally();
  /** Failures of the windows that count, by the plan's index of routes. */
  readonly routeFailures: WindowCounts[] = [];
  /** Answers with another status than the recorded one, of those that can be compared; a minute each. */
  readonly otherStatuses = new WindowCounts();
  /** Failures of requests that never reached the wire, and so have no time in the logs. */
  notOnTheWire = 0;
  readonly health: JournalEvents['shakedown.health.checked'][] = [];
  ended: JournalEvents['shakedown.load.ended'] | null = null;
  /** The newest sums of each part. */
  readonly #states: FidelityState[] = [];

  add(event: JournalData): void {
    switch (event.type) {
      case 'shakedown.plan.ready':
        this.plan = event.data;
        break;
      case 'shakedown.engine.started':
        this.engine = event.data;
        break;
      case 'shakedown.load.started': {
        const fromMs = event.data.fromMs ?? 0;
        this.startedAt ??= event.data.startedAt;
        this.parts.push({ fromMs, toMs: fromMs });
        // It goes on: what ended it before is a gap now.
        this.ended = null;
        break;
      }
      case 'shakedown.load.checkpoint':
        this.#addState(event.data.fidelity);
        break;
      case 'shakedown.window.closed': {
        const { window, routes } = event.data;
        this.windows.push(window);
        this.#cover(window.startMs + window.durationMs);
        for (const route of routes) this.#addRoute(unpackRoute(route), isJudged(window));
        break;
      }
      case 'shakedown.error.seen':
        this.#addError(event.data);
        break;
      case 'shakedown.errors.repeated':
        for (const [kind, status, route, atMs, count] of event.data.errors)
          this.#addError({ kind, status, route, atMs, count, message: '' });
        break;
      case 'shakedown.health.checked':
        this.health.push(event.data);
        break;
      case 'shakedown.load.ended':
        this.ended = event.data;
        this.#cover(event.data.coveredMs, true);
        break;
    }
  }

  /** Over all parts; null when too little is known. */
  fidelity(): FidelityResult | null {
    // One part that ended in order has its own figure; it may be none, where the engine cannot be held against the plan.
    if (this.ended !== null && this.parts.length < 2) return this.ended.fidelity;
    const known = this.#states.filter((state) => state !== undefined);
    try {
      return known.length === 0 ? null : fidelity(addFidelity(known));
    } catch {
      return null;
    }
  }

  /** A part reaches to the end of its last window, and to where its load says that it ended. */
  #cover(toMs: number, exactly = false): void {
    const part = this.parts.at(-1);
    if (part === undefined) this.parts.push({ fromMs: 0, toMs });
    else part.toMs = exactly ? Math.max(part.fromMs, toMs) : Math.max(part.toMs, toMs);
  }

  #addState(state: FidelityState): void {
    const part = Math.max(0, this.parts.length - 1);
    const before = this.#states[part];
    const of = state.compared - (before?.compared ?? 0);
    const failed = of - (state.matched - (before?.matched ?? 0));
    if (of > 0 && failed >= 0) this.otherStatuses.add({ failed, of });
    this.#states[part] = state;
  }

  #addError(error: Parameters<ErrorTally['add']>[0]): void {
    this.errors.add(error);
    if (offTheWire.has(error.kind)) this.notOnTheWire += error.count ?? 1;
  }

  #addRoute(window: RouteWindow, counts: boolean): void {
    if (window.route >= routesAtMost) return;
    let route = this.routes[window.route];
    if (route === undefined) {
      route = { all: noCounts(), judged: noCounts() };
      this.routes[window.route] = route;
    }
    addCounts(route.all, window);
    if (!counts) return;
    addCounts(route.judged, window);
    let failures = this.routeFailures[window.route];
    if (failures === undefined) {
      failures = new WindowCounts();
      this.routeFailures[window.route] = failures;
    }
    failures.add({ failed: window.failed, of: window.completed + window.failed });
  }
}

export function noCounts(): Counts {
  return { completed: 0, failed: 0, unsent: 0, bytes: 0 };
}

export function addCounts(to: Counts, from: Counts): void {
  to.completed += from.completed;
  to.failed += from.failed;
  // Journals of earlier versions do not count it by route.
  to.unsent += from.unsent ?? 0;
  to.bytes += from.bytes;
}
