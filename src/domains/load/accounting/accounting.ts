import type { FidelityState } from '../../../model/fidelity.ts';
import type { PlannedSession } from '../../../model/plan.ts';
import type { Period } from '../../../model/stability.ts';
import { SessionTracker } from '../../journeys/public.ts';
import { CpuWatch } from '../cpu.ts';
import type { LoadInput, LoadOutcome } from '../engine.ts';
import { fidelity, fidelityState } from '../fidelity.ts';
import { SampleIngest } from '../windows/ingest.ts';
import { FailureReport } from './failure-report.ts';
import { LoginTally } from './login-tally.ts';
import { SampledAnswers } from './sampled-answers.ts';
import { SessionSource } from './session-source.ts';
import { WindowWriter } from './window-writer.ts';

/** How often the sums over the run are written down: what a killed harness loses of them. */
const checkpointEveryMs = 60_000;

/**
 * Accounts for every request of a load: planned, sent, answered or failed, and the windows that they make up. Engines take sessions from
 * `handOut` and bring their samples; windows are closed and written as they end, and `finish` says what became of every request.
 */
export class LoadAccounting {
  readonly ingest: SampleIngest;
  readonly cpu = new CpuWatch();
  readonly #input: LoadInput;
  readonly #sessions: SessionSource;
  readonly #failures = new FailureReport();
  readonly #sampled = new SampledAnswers();
  readonly #writer: WindowWriter;
  readonly #logins: LoginTally;
  /** What `performance.now()` read when the run's clock read zero: the wall clock may be set while a run goes on. */
  #zeroAtMs: number | null = null;
  #plannedByRoute: number[] = [];
  #sentByRoute: number[] = [];
  #planned = 0;
  #unsent = 0;
  #coveredMs: number | null = null;
  #checkpointAtMs = 0;
  /** All sessions that start before this have been entered; null: the engine takes none from here. */
  #enteredToMs: number | null = null;
  /** When a generator was missing. */
  #gaps: Period[] = [];

  constructor(input: LoadInput) {
    const { plan, journeys, windowMs } = input;
    const fromMs = input.resumed?.fromMs ?? 0;
    this.#input = input;
    this.#logins = new LoginTally(plan.login?.requests ?? []);
    this.#sessions = new SessionSource(input.sessions, fromMs);
    const groups = plan.tagged?.groups.map(({ route }) => route);
    this.ingest = new SampleIngest(windowMs, plan.routes.length, groups);
    this.ingest.closeBelow(fromMs);
    this.ingest.waitForLostMs = Math.max(this.ingest.waitForLostMs, 2 * input.requestTimeoutMs);
    if (journeys !== undefined) this.ingest.sessions = new SessionTracker(plan, journeys, windowMs);
    this.#writer = new WindowWriter(input, this.ingest.sessions, this.cpu);
  }

  /** Milliseconds on the run's clock; negative before its start, null while that is unknown. */
  nowMs(): number | null {
    return this.#zeroAtMs === null ? null : performance.now() - this.#zeroAtMs;
  }

  /** Samples of a sender whose clock reads zero when the run's reads `originMs`; `source` distinguishes senders. */
  samples(words: Uint32Array, from: number, to: number, originMs = 0, source = 0): void {
    this.ingest.ingest(words, from, to, originMs, source);
  }

  /** What the engine said of a failure, of an answer unlike the recorded ones, or of a body. @param key `<error kind> <status> <route>`, `answer <flags> <route>`, `shape <route> <kind> <key>`, `redirect <route>` */
  note(key: string, message: string): void {
    if (key.startsWith('answer ')) this.#writer.answers.note(key, message);
    else if (key.startsWith('shape ')) this.#sampled.add(key, message);
    else if (key.startsWith('redirect ')) this.#sampled.redirect(key, message);
    else this.#failures.note(key, message);
  }

  /** What came of a request that logs a session in, by its place among those of a login. */
  login(step: number, status: number, problem: string): void {
    this.#logins.add(step, status, problem);
  }

  /** Starts the run's clock. @param zero when it reads, or read, zero; @param nowMs what it reads now: less than 0 before its start */
  begin(zero: Date, nowMs: number): void {
    this.#zeroAtMs = performance.now() - nowMs;
    this.#checkpointAtMs = nowMs + checkpointEveryMs;
    this.#writer.open(zero);
    this.#input.on.started(zero.toISOString(), this.#input.resumed?.fromMs ?? 0);
  }

  /**
   * Requests of this time went with a generator that died: what is missing there is not the target's doing.
   * @returns the time, which may be made longer as more is found to be lost
   */
  generatorDied(fromMs: number, toMs: number): Period {
    const gap = { fromMs, toMs };
    this.#gaps.push(gap);
    return gap;
  }

  /** Enters a request that is to be sent at `dueMs` on the run's clock. @param group absent or −1: it is in none */
  plan(dueMs: number, route: number, group?: number): void {
    this.ingest.plan(dueMs, route, group);
    this.#planned++;
  }

  /**
   * The plan's sessions that begin before `untilMs`, each entered as planned when it is handed out; ends when the load is to end. Those that
   * should have begun before `fromMs` are entered and not handed out: nobody was there to send them.
   */
  async *handOut(fromMs = 0, untilMs = Number.POSITIVE_INFINITY): AsyncGenerator<PlannedSession> {
    while (!this.#input.signal.aborted) {
      const session = await this.#sessions.nextBefore(untilMs);
      if (session === null) {
        this.#enteredToMs = this.#sessions.isAtEnd ? Number.POSITIVE_INFINITY : untilMs;
        return;
      }
      this.#enter(session);
      this.#enteredToMs = session.startMs;
      if (session.startMs >= fromMs) yield session;
    }
  }

  /**
   * Enters what was due and never handed out, because the engine had no virtual user free that would have asked for it: it is unsent.
   * @param endedEarly as for `finish`, which comes after
   */
  async enterRest(endedEarly: string | null): Promise<void> {
    const untilMs = endedEarly === null ? Number.POSITIVE_INFINITY : this.cover(endedEarly);
    for (;;) {
      const session = await this.#sessions.nextBefore(untilMs);
      if (session === null) break;
      this.#enter(session);
    }
    await this.#sessions.close();
  }

  #enter(session: PlannedSession): void {
    this.ingest.sessions?.enter(session);
    for (const [i, { dueMs, route }] of session.requests.entries())
      this.plan(session.startMs + dueMs, route, session.groups?.[i]);
  }

  /** Closes what can be closed; with `force`, every window. Reports new failures and how far the load is. */
  tick(force = false): void {
    const now = this.nowMs();
    if (now === null) return;
    const { on } = this.#input;
    this.#markLost(now);
    // A window to which sessions are still to come is not at its end, however late that is noticed.
    const ended = this.ingest.takeClosed(Math.min(now, this.#enteredToMs ?? now), force);
    const failures = this.#failures.take(this.ingest.failures, ended.length > 0);
    if (failures.length > 0) on.failures(failures);
    const { completed, failed } = this.ingest.totals;
    const done = completed + failed;
    if (!force) on.tick({ elapsedMs: now, done, failed });
    const isDue = now >= this.#checkpointAtMs;
    const logins = this.#logins.take(force || isDue);
    if (logins.length > 0) on.logins?.(logins);
    if (!force && isDue) {
      this.#checkpointAtMs = now + checkpointEveryMs;
      on.checkpoint?.(this.fidelityState());
      this.#writeAnswers();
    }
    for (const window of ended) {
      if (this.#writer.unwrittenFromMs !== null) return;
      window.routes.forEach((tally, route) => {
        if (tally === undefined) return;
        this.#plannedByRoute[route] = (this.#plannedByRoute[route] ?? 0) + tally.planned;
        this.#sentByRoute[route] = (this.#sentByRoute[route] ?? 0) + tally.response.count;
      });
      this.#unsent += window.unsent + window.notLoggedIn;
      this.#writer.write(window, { planned: this.#planned, done, failed });
    }
  }

  #writeAnswers(): void {
    const answers = this.#writer.answers.take();
    if (answers !== null) this.#input.on.answers?.(answers);
  }

  /** How long a generator will be missing is not known before another takes over: what is yet to come is not lost. */
  #markLost(now: number): void {
    const { windowMs } = this.#input;
    for (const { fromMs, toMs } of this.#gaps) {
      for (const window of this.ingest.windows.values()) {
        if ((window.index + 1) * windowMs > fromMs && window.index * windowMs <= Math.min(toMs, now))
          window.lost = true;
      }
    }
  }

  /** What became of every request. @param endedEarly why the load ended before its time, null when it ran to the end */
  finish(endedEarly: string | null): LoadOutcome {
    const coveredMs = this.cover(endedEarly);
    if (endedEarly !== null) this.#dropAfter(coveredMs);
    this.tick(true);
    this.#writer.finish(coveredMs);
    if (this.#writer.unwrittenFromMs === null) {
      this.#writeAnswers();
      const seen = this.#sampled.seen(this.#input.plan.routes);
      if (seen !== null) this.#input.on.learned?.(seen);
    }
    this.ingest.arrivals.finish();
    this.ingest.moments.finish();
    const { completed, failed } = this.ingest.totals;
    const state = this.fidelityState();
    const { written, unwrittenFromMs } = this.#writer;
    const accounting = { planned: this.#planned, completed, failed, unsent: this.#unsent };
    return {
      // What could not be written counts as not measured: nobody can know it later.
      coveredMs: Math.min(coveredMs, unwrittenFromMs ?? coveredMs),
      fidelity: fidelity(state),
      fidelityState: state,
      accounting: unwrittenFromMs === null ? accounting : written,
      longestStallMs: this.ingest.longestStallUs / 1000,
      endedEarly,
    };
  }

  fidelityState(): FidelityState {
    return fidelityState(
      this.ingest,
      Array.from(this.#plannedByRoute, (n) => n ?? 0),
      Array.from(this.#sentByRoute, (n) => n ?? 0),
      this.#writer.statuses,
      this.#input.plan,
    );
  }

  /**
   * How much of the plan is covered, settled when it is asked first: when the load has just ended, for to stop what sends it takes time. Answers may
   * come after the plan's end: that time is no part of it.
   */
  cover(endedEarly: string | null): number {
    const now = this.nowMs();
    const planMs = this.#input.plan.options.durationMs;
    this.#coveredMs ??= now === null ? 0 : Math.max(0, Math.min(planMs, endedEarly === null ? planMs : now));
    return this.#coveredMs;
  }

  /** What was handed out for after the end was never due, and what was under way then was cut off by us: neither is unsent. */
  #dropAfter(coveredMs: number): void {
    this.ingest.sessions?.dropAfter(coveredMs);
    for (const [index, window] of this.ingest.windows) {
      if ((index + 1) * this.#input.windowMs <= coveredMs) continue;
      this.#planned -= window.unsent;
      window.planned -= window.unsent;
      for (const tally of [...window.routes, ...window.groups]) {
        if (tally !== undefined) tally.planned = Math.min(tally.planned, tally.completed + tally.failed);
      }
      if (window.answered === 0) this.ingest.windows.delete(index);
    }
  }
}
