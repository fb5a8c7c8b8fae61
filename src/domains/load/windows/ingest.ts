import { errorKinds, plannedUnitUs, sampleFlags, sampleWords } from '../../../model/sample.ts';
import { LatencyHistogram } from '../../../stats/histogram.ts';
import type { SessionTracker } from '../../journeys/public.ts';
import { ArrivalFidelity } from './arrivals.ts';
import { sizeStep } from './key-counts.ts';
import { SessionOrder } from './order.ts';
import { StallWatch } from './stalls.ts';
import { Window } from './window.ts';

/** Kinds that never reached the wire: they are failures, but have no latency. */
const notOnTheWire = new Set<number>(
  ['unsent', 'extraction', 'blocked'].map((kind) => errorKinds.indexOf(kind as never)),
);
const login = errorKinds.indexOf('login');
/** A request not answered by then counts as never answered; without an end a target that hangs would fill the memory. */
const waitAtMostMs = 300_000;
const lastKind = errorKinds.length - 1;

interface Failures {
  kind: number;
  status: number;
  route: number;
  /** Absent: of none. */
  group?: number;
  count: number;
  firstMs: number;
  lastMs: number;
}

/** Sums over the whole run, kept beside the windows. */
export interface RunTotals {
  completed: number;
  failed: number;
  sent: number;
  starved: number;
}

/**
 * Counts samples (src/model/sample.ts) into windows. The loop over a batch is the harness's hot path: it reads words in place,
 * and allocates only when a window or a route in it is new.
 */
export class SampleIngest {
  readonly windows = new Map<number, Window>();
  readonly arrivals = new ArrivalFidelity();
  /** Of planned moments, whatever held a request up. */
  readonly moments = new ArrivalFidelity();
  readonly order = new SessionOrder();
  readonly #stalls = new Map<number, StallWatch>();
  /** Lateness of the generator over the windows closed so far, µs. */
  readonly lateness = new LatencyHistogram();
  readonly totals: RunTotals = { completed: 0, failed: 0, sent: 0, starved: 0 };
  /** Failures by kind, status, route and group, with the first and last planned arrival in ms. */
  readonly failures = new Map<string, Failures>();
  /** Samples planned before the oldest window still open: none are expected, each would be a fault of ours. */
  strays = 0;
  /** A window in which a generator died is waited for only so long: most of what is missing there went with it. */
  waitForLostMs = 60_000;
  /** Called with every answer where sessions are followed; null: they are not. */
  sessions: SessionTracker | null = null;
  #windowUnits: number;
  #closedBelow = 0;
  #routes: number;
  readonly #routeOfGroup: readonly number[];

  /**
   * @param windowMs length of a window, at least 1 ms
   * @param routes number of routes of the plan; a sample of any other is a stray
   * @param groups route of each of the plan's groups, whose numbers in samples come after those of the routes
   */
  constructor(windowMs: number, routes: number, groups: readonly number[] = []) {
    this.#windowUnits = (windowMs * 1000) / plannedUnitUs;
    this.#routes = routes;
    this.#routeOfGroup = groups;
  }

  /** Counts a request that the engine was given. `dueMs` on the run's clock. @param group −1: it is in none */
  plan(dueMs: number, route: number, group = -1): void {
    const window = this.#window(Math.floor((dueMs * 1000) / plannedUnitUs / this.#windowUnits));
    window.planned++;
    window.route(route).planned++;
    if (group >= 0) window.group(group).planned++;
  }

  /**
   * Counts whole samples from word `from` to before word `to`.
   * @param originMs what the run's clock reads when the sender's reads zero
   * @param source which sender: separates their silences, because what two of them write comes in turns
   */
  ingest(words: Uint32Array, from: number, to: number, originMs = 0, source = 0): void {
    const origin = (originMs * 1000) / plannedUnitUs;
    const stalls = this.#stallsOf(source);
    const units = this.#windowUnits;
    const routes = this.#routes;
    // The window of the sample before, and the planned arrivals that belong to it.
    let window: Window | null = null;
    let low = 0;
    let high = 0;
    for (let at = from; at < to; at += sampleWords) {
      const planned = (words[at] as number) + origin;
      if (planned < low || planned >= high) {
        const index = Math.floor(planned / units);
        low = index * units;
        high = low + units;
        window = index < this.#closedBelow ? null : this.#window(index);
      }
      const routeAndStatus = words[at + 6] as number;
      let route = routeAndStatus & 0xffff;
      let group = -1;
      if (route >= routes) {
        group = route - routes;
        route = this.#routeOfGroup[group] ?? -1;
      }
      if (window === null || route < 0) {
        this.strays++;
        continue;
      }
      this.#count(window, words, at, planned * plannedUnitUs, route, group, routeAndStatus >>> 16, stalls);
    }
  }

  #count(
    window: Window,
    words: Uint32Array,
    at: number,
    plannedUs: number,
    route: number,
    group: number,
    status: number,
    stalls: StallWatch,
  ): void {
    const lateUs = words[at + 1] as number;
    const generatorUs = words[at + 2] as number;
    const serviceUs = words[at + 3] as number;
    const last = words[at + 7] as number;
    const totals = this.totals;
    const tally = window.route(route);
    const apart = group < 0 ? null : window.group(group);
    window.answered++;
    const bytes = words[at + 4] as number;
    tally.bytes += bytes;
    if (apart !== null) apart.bytes += bytes;
    const expected = last >>> 16;
    tally.statuses.add(((expected << 16) | status) >>> 0);
    const flags = (last >>> 8) & 0xff;
    if ((flags & sampleFlags.compared) !== 0) tally.answers.add(flags);
    if (bytes > 0 && status >= 200 && status < 300) tally.sizes.add(sizeStep(bytes));
    const kind = last & 0xff;
    if (this.sessions !== null) {
      const isGood = kind === 0 && status < 400;
      this.sessions.answer(words[at + 5] as number, plannedUs / 1000, route, isGood, (lateUs + serviceUs) / 1000);
    }
    if (kind === login) {
      // Not the target's failure: it is reported to whoever gave the credentials. A recorded login that was refused is among them.
      window.notLoggedIn++;
      return;
    }
    if (kind === 0) {
      tally.completed++;
      if (apart !== null) apart.completed++;
      totals.completed++;
    } else {
      tally.failed++;
      if (apart !== null) apart.failed++;
      totals.failed++;
      this.#failed(Math.min(kind, lastKind), status, route, group, plannedUs / 1000);
      window.firstFailureSeenUs = Math.min(window.firstFailureSeenUs, plannedUs + lateUs + serviceUs);
      window.lastFailureUs = Math.max(window.lastFailureUs, plannedUs);
      if (notOnTheWire.has(kind)) return;
    }
    totals.sent++;
    tally.response.record(lateUs + serviceUs);
    tally.service.record(serviceUs);
    if (apart !== null) {
      apart.response.record(lateUs + serviceUs);
      apart.service.record(serviceUs);
    }
    if ((flags & sampleFlags.starved) === 0) {
      window.generatorLateness.record(generatorUs);
    } else {
      window.starved++;
      totals.starved++;
    }
    if (lateUs > generatorUs) window.targetWait.record(lateUs - generatorUs);
    const sentUs = plannedUs + lateUs;
    this.arrivals.add(sentUs - generatorUs, sentUs);
    this.moments.add(plannedUs, sentUs);
    this.order.add(words[at + 5] as number, plannedUs, sentUs);
    stalls.add(window, sentUs, sentUs + serviceUs);
    if (expected !== 0) {
      window.compared++;
      // A cache may answer 304 where the recorded one answered 200, and the other way round; if it was not asked whether a copy is still good, that is an error.
      if (
        status === expected ||
        (kind === 0 && (status === 304 ? 200 : status) === (expected === 304 ? 200 : expected))
      )
        window.matched++;
    }
  }

  /** Longest period in which requests were under way and none was answered, µs. */
  get longestStallUs(): number {
    return [...this.#stalls.values()].reduce((most, { longestUs }) => Math.max(most, longestUs), 0);
  }

  #stallsOf(source: number): StallWatch {
    let stalls = this.#stalls.get(source);
    if (stalls === undefined) {
      stalls = new StallWatch();
      this.#stalls.set(source, stalls);
    }
    return stalls;
  }

  #failed(kind: number, status: number, route: number, group: number, plannedMs: number): void {
    const key = `${kind} ${status} ${route} ${group}`;
    const seen = this.failures.get(key);
    if (seen === undefined) {
      const of = { kind, status, route, ...(group < 0 ? {} : { group }) };
      this.failures.set(key, { ...of, count: 1, firstMs: plannedMs, lastMs: plannedMs });
      return;
    }
    seen.count++;
    if (plannedMs > seen.lastMs) seen.lastMs = plannedMs;
    if (plannedMs < seen.firstMs) seen.firstMs = plannedMs;
  }

  /** Nothing before this moment is expected: a run that goes on leaves alone what was measured before. */
  closeBelow(ms: number): void {
    this.#closedBelow = Math.floor((ms * 1000) / plannedUnitUs / this.#windowUnits);
  }

  /**
   * Takes the windows out that ended before `nowMs` and whose every planned request is accounted for, or for which none is waited for any
   * more, oldest first; with `force`, all of them. Windows leave in order, so one that still waits for an answer holds back those after it.
   */
  takeClosed(nowMs: number, force = false): Window[] {
    const waited = nowMs - waitAtMostMs;
    const lostWaited = nowMs - Math.min(waitAtMostMs, this.waitForLostMs);
    const closed: Window[] = [];
    const windowMs = (this.#windowUnits * plannedUnitUs) / 1000;
    for (const index of [...this.windows.keys()].sort((a, b) => a - b)) {
      const window = this.windows.get(index);
      if (window === undefined) continue;
      const ended = (index + 1) * windowMs <= nowMs;
      const given = (index + 1) * windowMs <= (window.lost ? lostWaited : waited);
      if (!force && (!ended || (window.unsent > 0 && !given))) break;
      closed.push(window);
      this.lateness.add(window.generatorLateness);
      this.windows.delete(index);
      this.#closedBelow = index + 1;
    }
    this.arrivals.settle(this.#closedBelow * this.#windowUnits * plannedUnitUs);
    this.moments.settle(this.#closedBelow * this.#windowUnits * plannedUnitUs);
    return closed;
  }

  #window(index: number): Window {
    let window = this.windows.get(index);
    if (window === undefined) {
      window = new Window(index);
      this.windows.set(index, window);
    }
    return window;
  }
}
