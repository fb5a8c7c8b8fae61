import type { FidelityState } from '../../model/fidelity.ts';
import type { PlannedSession } from '../../model/plan.ts';
import type { WindowResult } from '../../model/results.ts';
import { errorKinds } from '../../model/sample.ts';
import { SessionTracker } from '../journeys/public.ts';
import { CpuWatch } from './cpu.ts';
import type { LoadFailure, LoadInput, LoadOutcome } from './engine.ts';
import { fidelity, fidelityState } from './fidelity.ts';
import type { EngineMessage, FrameReceiver } from './k6/frames.ts';
import { SampleIngest } from './windows/ingest.ts';
import { WindowLog } from './windows/log.ts';
import { closeWindow } from './windows/result.ts';
import type { Window } from './windows/window.ts';

/** How often the sums over the run are told: what a killed harness loses of them. */
const checkpointEveryMs = 60_000;
const messagesAtMost = 1000;

/**
 * Keeps the books of a load: what was planned, what came back, and the windows both make up. Engines hand sessions out through
 * `handOut` and give it their samples; it closes windows, writes them, and in the end says what became of every request.
 */
export class LoadBook implements FrameReceiver {
  readonly ingest: SampleIngest;
  readonly cpu = new CpuWatch();
  #input: LoadInput;
  /** What `performance.now()` read when the run's clock read zero: the wall clock may be set while a run goes on. */
  #zeroAtMs: number | null = null;
  #log: WindowLog | null = null;
  #plannedByRoute: number[] = [];
  #sentByRoute: number[] = [];
  #planned = 0;
  #unsent = 0;
  #messages = new Map<string, string>();
  #told = new Map<string, number>();
  #sessions: AsyncIterator<PlannedSession>;
  /** Taken from the plan, and to be handed out to whoever comes for its time. */
  #ahead: PlannedSession | null = null;
  #coveredMs: number | null = null;
  #checkpointAtMs = 0;
  /** Stretches in which a generator was missing. */
  #gaps: { fromMs: number; toMs: number }[] = [];
  /** Of the windows that were written. */
  #written = { planned: 0, completed: 0, failed: 0, unsent: 0 };
  /** Start of the first window that could not be written; none is written after it. */
  #unwrittenFromMs: number | null = null;

  constructor(input: LoadInput) {
    this.#input = input;
    this.#sessions = input.sessions[Symbol.asyncIterator]();
    this.ingest = new SampleIngest(input.windowMs, input.plan.routes.length);
    this.ingest.closeBelow(input.resumed?.fromMs ?? 0);
    const { plan, journeys, windowMs } = input;
    if (journeys !== undefined) this.ingest.sessions = new SessionTracker(plan, journeys, windowMs);
  }

  /** Milliseconds on the run's clock; negative before its start, null while that is unknown. */
  nowMs(): number | null {
    return this.#zeroAtMs === null ? null : performance.now() - this.#zeroAtMs;
  }

  /** Samples of a sender whose clock reads zero when the run's reads `originMs`; `source` tells senders apart. */
  samples(words: Uint32Array, from: number, to: number, originMs = 0, source = 0): void {
    this.ingest.ingest(words, from, to, originMs, source);
  }

  message(message: EngineMessage): void {
    if (message.kind !== 'note' || this.#messages.has(message.key)) return;
    if (this.#messages.size < messagesAtMost) this.#messages.set(message.key, message.message);
  }

  /** Starts the run's clock. @param zero when it reads, or read, zero; @param nowMs what it reads now: less than 0 before its start */
  begin(zero: Date, nowMs: number): void {
    this.#zeroAtMs = performance.now() - nowMs;
    this.#checkpointAtMs = nowMs + checkpointEveryMs;
    const { windowsFolder, windowMs, merge } = this.#input;
    this.#log = new WindowLog({ folder: windowsFolder, windowMs, startedAt: zero, ...(merge && { merge }) });
    this.#input.on.started(zero.toISOString(), this.#input.resumed?.fromMs ?? 0);
  }

  /**
   * Requests of this stretch went with a generator that died: what is missing there is not the target's doing.
   * @returns the stretch, whose end may be moved while it is not known when another takes over
   */
  generatorDied(fromMs: number, toMs: number): { toMs: number } {
    const gap = { fromMs, toMs };
    this.#gaps.push(gap);
    this.#markLost(fromMs, toMs);
    return gap;
  }

  #markLost(fromMs: number, toMs: number): void {
    const { windowMs } = this.#input;
    for (const window of this.ingest.windows.values()) {
      if ((window.index + 1) * windowMs > fromMs && window.index * windowMs <= toMs) window.lost = true;
    }
  }

  /** Enters a request that is to be sent at `dueMs` on the run's clock. */
  plan(dueMs: number, route: number): void {
    this.ingest.plan(dueMs, route);
    this.#planned++;
  }

  /**
   * The plan's sessions that begin before `untilMs`, each entered in the books as it is handed out; ends when the load is to end. Those that
   * should have begun before `fromMs` are entered and not handed out: nobody was there to send them.
   */
  async *handOut(fromMs = 0, untilMs = Number.POSITIVE_INFINITY): AsyncGenerator<PlannedSession> {
    while (!this.#input.signal.aborted) {
      const session = await this.#next();
      if (session === null) return;
      if (session.startMs >= untilMs) {
        this.#ahead = session;
        return;
      }
      this.#enter(session);
      if (session.startMs >= fromMs) yield session;
    }
  }

  async #next(): Promise<PlannedSession | null> {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead !== null) return ahead;
    const skipBelowMs = this.#input.resumed?.fromMs ?? 0;
    for (;;) {
      const next = await this.#sessions.next();
      if (next.done === true) return null;
      // Before a run went on nothing was planned for it: that stretch is a gap, not a loss.
      if (next.value.startMs >= skipBelowMs) return next.value;
    }
  }

  /**
   * Enters what was due and never handed out, because the engine had no virtual user free that would have asked for it: it is unsent.
   * @param endedEarly as for `finish`, which comes after
   */
  async enterRest(endedEarly: string | null): Promise<void> {
    const untilMs = endedEarly === null ? Number.POSITIVE_INFINITY : this.#covered(endedEarly);
    for (;;) {
      const session = await this.#next();
      if (session === null) return;
      if (session.startMs >= untilMs) break;
      this.#enter(session);
    }
    await this.#sessions.return?.();
  }

  #enter(session: PlannedSession): void {
    this.ingest.sessions?.enter(session);
    for (const request of session.requests) this.plan(session.startMs + request.dueMs, request.route);
  }

  /** Closes what can be closed; with `force`, every window. Tells new failures and how far the load is. */
  tick(force = false): void {
    const now = this.nowMs();
    if (now === null || this.#log === null) return;
    const { windowMs, honesty, on } = this.#input;
    for (const { fromMs, toMs } of this.#gaps) this.#markLost(fromMs, Math.min(toMs, now));
    const ended = this.ingest.takeClosed(now, force);
    this.#tellFailures(ended.length > 0);
    const { completed: done, failed: bad } = this.ingest.totals;
    if (!force) on.tick({ elapsedMs: now, done: done + bad, failed: bad });
    if (!force && now >= this.#checkpointAtMs) {
      this.#checkpointAtMs = now + checkpointEveryMs;
      on.checkpoint?.(this.fidelityState());
    }
    for (const window of ended) {
      if (this.#unwrittenFromMs !== null) return;
      const startMs = window.index * windowMs;
      const closed = closeWindow(window, windowMs, this.cpu.between(startMs, startMs + windowMs), honesty);
      const aside = this.#input.aside?.(startMs, startMs + windowMs) ?? null;
      if (aside !== null) closed.result.aside = aside;
      window.routes.forEach((tally, route) => {
        if (tally === undefined) return;
        this.#plannedByRoute[route] = (this.#plannedByRoute[route] ?? 0) + tally.planned;
        this.#sentByRoute[route] = (this.#sentByRoute[route] ?? 0) + tally.response.count;
      });
      this.#unsent += window.unsent;
      const { completed, failed } = this.ingest.totals;
      const { result, routes, response } = closed;
      try {
        // First the histograms, then the event that counts on them.
        this.#log.append(window, closed);
        on.window(result, routes, { planned: this.#planned, done: completed + failed, failed, response });
      } catch (cause) {
        this.#log.forget(window.index);
        this.#stopWriting(startMs, cause);
        return;
      }
      for (const key of ['planned', 'completed', 'failed', 'unsent'] as const) this.#written[key] += result[key];
      try {
        this.#tellSessions(window, result);
      } catch (cause) {
        // The window itself is on record.
        this.#stopWriting(startMs + windowMs, cause);
        return;
      }
    }
  }

  /** @throws the cause where the listener does not take it */
  #stopWriting(fromMs: number, cause: unknown): void {
    const { on } = this.#input;
    if (on.unwritable === undefined) throw cause;
    this.#unwrittenFromMs = fromMs;
    on.unwritable(cause);
  }

  #tellSessions(window: Window, { void: why, aside }: WindowResult): void {
    const kind = why !== null ? 'void' : aside !== undefined ? 'aside' : window.lost ? 'lost' : 'judged';
    const counts = this.ingest.sessions?.close(window.index, kind) ?? [];
    if (counts.length > 0) this.#input.on.sessions?.(window.index, counts);
  }

  /** Closes the books. @param endedEarly why the load ended before its time, null when it ran to the end */
  finish(endedEarly: string | null): LoadOutcome {
    const coveredMs = this.#covered(endedEarly);
    if (endedEarly !== null) this.#dropAfter(coveredMs);
    this.tick(true);
    const rest = this.#unwrittenFromMs === null ? (this.ingest.sessions?.rest() ?? []) : [];
    try {
      if (rest.length > 0) this.#input.on.sessions?.(Math.floor(coveredMs / this.#input.windowMs), rest);
    } catch (cause) {
      this.#stopWriting(coveredMs, cause);
    }
    this.#log?.close();
    this.ingest.arrivals.finish();
    const { completed, failed } = this.ingest.totals;
    const state = this.fidelityState();
    const accounting = { planned: this.#planned, completed, failed, unsent: this.#unsent };
    return {
      // What could not be written was not measured, as far as anyone can tell later.
      coveredMs: Math.min(coveredMs, this.#unwrittenFromMs ?? coveredMs),
      fidelity: fidelity(state),
      fidelityState: state,
      accounting: this.#unwrittenFromMs === null ? accounting : this.#written,
      longestStallMs: this.ingest.longestStallUs / 1000,
      endedEarly,
    };
  }

  fidelityState(): FidelityState {
    return fidelityState(
      this.ingest,
      Array.from(this.#plannedByRoute, (n) => n ?? 0),
      Array.from(this.#sentByRoute, (n) => n ?? 0),
    );
  }

  /** Asked first when the load has just ended. */
  #covered(endedEarly: string | null): number {
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
      for (const tally of window.routes) {
        if (tally !== undefined) tally.planned = Math.min(tally.planned, tally.completed + tally.failed);
      }
      if (window.answered === 0) this.ingest.windows.delete(index);
    }
  }

  /** Tells failures of a new sort at once, and with `all` more of those that are known. */
  #tellFailures(all: boolean): void {
    const fresh: LoadFailure[] = [];
    for (const [key, { kind, count, firstMs, ...rest }] of this.ingest.failures) {
      const told = this.#told.get(key) ?? 0;
      if (count === told || (told > 0 && !all)) continue;
      this.#told.set(key, count);
      fresh.push({
        ...rest,
        // What was told before began before.
        firstMs: told === 0 ? firstMs : rest.lastMs,
        count: count - told,
        known: told > 0,
        kind: errorKinds[kind] ?? 'other',
        message: this.#messages.get(key) ?? '',
      });
    }
    if (fresh.length > 0) this.#input.on.failures(fresh);
  }
}
