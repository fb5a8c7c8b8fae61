import type { JourneySettings, SessionCounts, SessionKind } from '../../model/journeys.ts';
import type { PlannedRequest, PlannedSession, PlanSummary } from '../../model/plan.ts';
import { JourneyWalk, type StepTable, stepTable } from '../../stats/journeys/walk.ts';
import { Counting } from './counting.ts';

interface OpenSession {
  index: number;
  startMs: number;
  template: Template;
  /** Response time by request, ms; NaN: not answered, −1: not as it should be. */
  answers: number[];
}

/** What sessions of one template share: when their requests are due and of which route, close together in memory, and what production did. */
interface Template {
  dueMs: readonly number[];
  routes: readonly number[];
  /** Steps reached, by journey. */
  reached: readonly number[];
  /** Features used. */
  features: readonly boolean[];
}

/** A sample's planned arrival is rounded to 10 µs, and its session's start to 1 µs. */
const roundingMs = 0.05;
/** Distributions are recorded this often: they take more room than counts. */
const reportTimesEveryMs = 60_000;
const failed = -1;

/**
 * Follows sessions through the journeys while they are replayed: what production did in a session, and what of it the candidate let
 * it do. Holds the sessions under way and nothing of those that have ended. A session counts when the last window that it has a request
 * in closes, so that it is known by then whether a fault or the generator was in its way.
 */
export class SessionTracker {
  readonly #settings: JourneySettings;
  readonly #table: StepTable;
  readonly #windowMs: number;
  readonly #open = new Map<number, OpenSession>();
  /** Sessions by the window of their last request. */
  readonly #endingIn = new Map<number, OpenSession[]>();
  readonly #templates = new WeakMap<readonly PlannedRequest[], Template>();
  /** By length: no request answered. */
  readonly #unanswered: number[][] = [];
  /** Of the session that is being counted: made once, as there are hundreds of thousands a second. */
  readonly #walks: readonly JourneyWalk[];
  readonly #used: boolean[];
  /** Windows closed lately that sessions are not judged by; `lost`: a generator died in it. */
  readonly #spoiled = new Map<number, SessionKind | 'lost'>();
  readonly #longestWindows: number;
  readonly #counting: Counting;
  #timesReportedAtMs = 0;

  /** @param plan its speed shortens the time between steps as it does that between requests */
  constructor(plan: PlanSummary, { journeys, features }: JourneySettings, windowMs: number) {
    const { speed } = plan.options;
    this.#settings = {
      journeys: journeys.map((journey) => ({
        ...journey,
        maxBetweenMs: journey.maxBetweenMs === null ? null : journey.maxBetweenMs / speed,
      })),
      features,
    };
    this.#table = stepTable(
      plan.routes.map(({ method, route }) => `${method} ${route}`),
      journeys,
      features,
    );
    this.#windowMs = windowMs;
    this.#longestWindows = Math.ceil(plan.longestSessionMs / windowMs) + 2;
    this.#counting = new Counting(this.#settings);
    this.#walks = this.#settings.journeys.map((journey) => new JourneyWalk(journey));
    this.#used = features.map(() => false);
  }

  /** A session was planned and is to be sent. */
  enter({ index, startMs, requests }: PlannedSession): void {
    const template = this.#templateOf(requests);
    const { length } = requests;
    this.#unanswered[length] ??= Array.from({ length }, () => Number.NaN);
    const session = { index, startMs, template, answers: (this.#unanswered[length] as number[]).slice() };
    this.#open.set(index, session);
    const last = this.#windowOf(startMs + (template.dueMs[length - 1] ?? 0));
    const ending = this.#endingIn.get(last);
    if (ending === undefined) this.#endingIn.set(last, [session]);
    else ending.push(session);
  }

  /**
   * A request of a session was answered, or failed.
   * @param plannedMs its planned arrival, on the run's clock
   * @param isGood it was answered as it should, with a status below 400
   */
  answer(session: number, plannedMs: number, route: number, isGood: boolean, responseMs: number): void {
    const open = this.#open.get(session);
    if (open === undefined) return;
    const { startMs, template, answers } = open;
    const { dueMs, routes } = template;
    const earliest = plannedMs - startMs - roundingMs;
    let low = 0;
    let high = dueMs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((dueMs[middle] as number) < earliest) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < dueMs.length; i++) {
      if ((dueMs[i] as number) > earliest + 2 * roundingMs) return;
      if (routes[i] !== route || !Number.isNaN(answers[i] as number)) continue;
      answers[i] = isGood ? responseMs : failed;
      return;
    }
  }

  /**
   * A window has closed: counts the sessions that end with it.
   * @param kind whom it counts for; `lost`: it counts, but for sessions that a generator took with it
   */
  close(window: number, kind: SessionKind | 'lost'): SessionCounts[] {
    if (kind !== 'judged') this.#spoiled.set(window, kind);
    for (const index of this.#endingIn.keys()) {
      if (index > window) continue;
      for (const session of this.#endingIn.get(index) ?? []) this.#settle(session);
      this.#endingIn.delete(index);
    }
    for (const index of this.#spoiled.keys()) {
      if (index < window - this.#longestWindows) this.#spoiled.delete(index);
    }
    const startMs = window * this.#windowMs;
    const withTimes = startMs >= this.#timesReportedAtMs + reportTimesEveryMs;
    if (withTimes) this.#timesReportedAtMs = startMs;
    return this.#counting.take(withTimes);
  }

  /** Sessions and windows in memory. */
  get held(): number {
    return this.#open.size + this.#endingIn.size + this.#spoiled.size;
  }

  /** What was not recorded yet, at the end. */
  rest(): SessionCounts[] {
    return this.#counting.take(true);
  }

  /** Forgets sessions that would have gone on after this moment: they were cut off, and show nothing. */
  dropAfter(ms: number): void {
    for (const [index, sessions] of this.#endingIn) {
      if ((index + 1) * this.#windowMs <= ms) continue;
      for (const session of sessions) this.#open.delete(session.index);
      this.#endingIn.delete(index);
    }
  }

  #windowOf(ms: number): number {
    return Math.floor(ms / this.#windowMs);
  }

  #settle(session: OpenSession): void {
    this.#open.delete(session.index);
    const { template, answers } = session;
    const { dueMs, routes } = template;
    const { steps, features } = this.#table;
    const { journeys } = this.#settings;
    for (const walk of this.#walks) walk.restart();
    this.#used.fill(false);
    for (let i = 0; i < routes.length; i++) {
      const answerMs = answers[i] as number;
      // NaN is at no place greater or equal.
      if (!(answerMs >= 0)) continue;
      const route = routes[i] as number;
      for (const feature of features[route] ?? []) this.#used[feature] = true;
      for (const stepOf of steps[route] ?? []) {
        const within = journeys[stepOf[0]]?.answerWithinMs ?? null;
        if (within === null || answerMs <= within)
          this.#walks[stepOf[0]]?.take(stepOf[1], dueMs[i] as number, answerMs);
      }
    }
    this.#counting.add(this.#kindOf(session), template, this.#walks, this.#used);
  }

  #kindOf({ startMs, template, answers }: OpenSession): SessionKind {
    if (this.#spoiled.size === 0) return 'judged';
    let kind: SessionKind = 'judged';
    for (const [i, dueMs] of template.dueMs.entries()) {
      const spoiled = this.#spoiled.get(this.#windowOf(startMs + dueMs));
      if (spoiled === 'invalid' || (spoiled === 'lost' && Number.isNaN(answers[i] as number))) return 'invalid';
      if (spoiled === 'excluded') kind = 'excluded';
    }
    return kind;
  }

  /** What production did goes by the recorded statuses; where none is known, everything went well. */
  #templateOf(requests: readonly PlannedRequest[]): Template {
    const known = this.#templates.get(requests);
    if (known !== undefined) return known;
    const walks = this.#settings.journeys.map((journey) => new JourneyWalk(journey));
    const features = this.#settings.features.map(() => false);
    for (const { route, dueMs, expectedStatus } of requests) {
      if (expectedStatus >= 400) continue;
      for (const feature of this.#table.features[route] ?? []) features[feature] = true;
      for (const [journey, step] of this.#table.steps[route] ?? []) walks[journey]?.take(step, dueMs, Number.NaN);
    }
    const template = {
      dueMs: requests.map(({ dueMs }) => dueMs),
      routes: requests.map(({ route }) => route),
      reached: walks.map(({ reached }) => reached),
      features,
    };
    this.#templates.set(requests, template);
    return template;
  }
}
