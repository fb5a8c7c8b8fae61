import type { JournalData, JournalEvents } from '../../../model/event.ts';
import type { FidelityState } from '../../../model/fidelity.ts';
import type { FidelityResult, RouteWindow, WindowResult } from '../../../model/results.ts';
import type { Counts, RouteCounts } from '../../../model/run-facts.ts';
import type { Period } from '../../../model/stability.ts';
import { WindowCounts } from '../../../stats/window-counts.ts';
import { addFidelity, fidelity } from '../fidelity.ts';
import { unpackRoute } from '../windows/route-windows.ts';
import { AnswerFold } from './answer-fold.ts';
import { ErrorTally } from './errors.ts';
import { isJudged } from './is-judged.ts';
import { keyOfGroup } from './keys.ts';
import { LoginSums } from './logins.ts';
import { LostGenerators } from './lost.ts';

/** A plan has some thousands of routes at the most; an index past that is damage, not a route. */
const routesAtMost = 100_000;

/** As the configuration's schema bounds it. */
const warmUpAtMostMs = 3_600_000;

/** As where samples are counted (windows/ingest.ts). */
const offTheWire: ReadonlySet<string> = new Set(['unsent', 'extraction', 'blocked']);

/** Everything the journal says about a replay. */
export class LoadFold {
  plan: JournalEvents['shakedown.plan.ready'] | null = null;
  engine: JournalEvents['shakedown.engine.started'] | null = null;
  startedAt: string | null = null;
  /** Periods that were measured, in order: more than one where the run was resumed. */
  readonly parts: Period[] = [];
  readonly windows: WindowResult[] = [];
  /** By the plan's index. */
  readonly routes: RouteCounts[] = [];
  readonly errors = new ErrorTally();
  readonly answers = new AnswerFold();
  learned: JournalEvents['shakedown.answers.learned'] | null = null;
  /** Of what objectives name by tag or tenant, by the plan's index of groups. */
  readonly groups: RouteCounts[] = [];
  /** Failures of the windows that count, by key (selection.ts). */
  readonly failuresByKey = new Map<number, WindowCounts>();
  /** Counts by key of the windows that count and begin in the first hour: what objectives may leave out as warm-up. */
  readonly early: { startMs: number; key: number; window: RouteWindow }[] = [];
  /** Answers with another status than the recorded one, of those that can be compared; a minute each. */
  readonly otherStatuses = new WindowCounts();
  /** Failures of requests that never reached the wire, and so have no time in the logs. */
  notOnTheWire = 0;
  /** The same of groups. */
  groupsNotOnTheWire = 0;
  readonly health: JournalEvents['shakedown.health.checked'][] = [];
  ended: JournalEvents['shakedown.load.ended'] | null = null;
  /** What came of the requests that logged sessions in. */
  readonly logins = new LoginSums();
  readonly lost = new LostGenerators();
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
        const { window, routes, groups = [] } = event.data;
        this.windows.push(window);
        this.#cover(window.startMs + window.durationMs);
        for (const route of routes) this.#addCounts(this.routes, unpackRoute(route), window, (index) => index);
        for (const group of groups) this.#addCounts(this.groups, unpackRoute(group), window, keyOfGroup);
        break;
      }
      case 'shakedown.error.seen':
        this.#addError(event.data);
        break;
      case 'shakedown.errors.repeated':
        for (const [kind, status, route, atMs, count, group] of event.data.errors)
          this.#addError({ kind, status, route, atMs, count, message: '', ...(group !== undefined && { group }) });
        break;
      case 'shakedown.answers.counted':
        this.answers.add(event.data);
        break;
      case 'shakedown.answers.learned':
        this.learned = event.data;
        break;
      case 'shakedown.logins.counted':
        this.logins.add(event.data.logins);
        break;
      case 'shakedown.generator.ended':
      case 'shakedown.generator.lost':
        this.lost.add(event);
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
    if (!offTheWire.has(error.kind)) return;
    this.notOnTheWire += error.count ?? 1;
    if (error.group !== undefined) this.groupsNotOnTheWire += error.count ?? 1;
  }

  #addCounts(to: RouteCounts[], window: RouteWindow, within: WindowResult, keyOf: (index: number) => number): void {
    if (window.route >= routesAtMost) return;
    let sums = to[window.route];
    if (sums === undefined) {
      sums = { all: noCounts(), judged: noCounts() };
      to[window.route] = sums;
    }
    addCounts(sums.all, window);
    if (!isJudged(within)) return;
    addCounts(sums.judged, window);
    const { startMs } = within;
    const key = keyOf(window.route);
    if (startMs < warmUpAtMostMs) this.early.push({ startMs, key, window });
    let failures = this.failuresByKey.get(key);
    if (failures === undefined) {
      failures = new WindowCounts();
      this.failuresByKey.set(key, failures);
    }
    failures.add({ failed: window.failed, of: window.completed + window.failed }, startMs);
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
