import type { PlannedSession } from '../model/plan.ts';
import { errorKinds } from '../model/sample.ts';
import { CpuWatch } from './cpu.ts';
import type { LoadFailure, LoadInput, LoadOutcome } from './engine.ts';
import { fidelity } from './fidelity.ts';
import type { EngineMessage, FrameReceiver } from './k6/frames.ts';
import { SampleIngest } from './windows/ingest.ts';
import { WindowLog } from './windows/log.ts';
import { closeWindow } from './windows/result.ts';

/**
 * Keeps the books of a load: what was planned, what came back, and the windows both make up. Engines hand sessions out through
 * `handOut` and give it their samples; it closes windows, writes them, and in the end says what became of every request.
 */
export class LoadBook implements FrameReceiver {
  readonly ingest: SampleIngest;
  readonly cpu = new CpuWatch();
  #input: LoadInput;
  #startedAtMs: number | null = null;
  #log: WindowLog | null = null;
  #plannedByRoute: number[] = [];
  #sentByRoute: number[] = [];
  #counting = true;
  #planned = 0;
  #unsent = 0;
  #messages = new Map<string, string>();
  #told = new Map<string, number>();
  #sessions: AsyncIterator<PlannedSession>;
  #coveredMs: number | null = null;

  constructor(input: LoadInput) {
    this.#input = input;
    this.#sessions = input.sessions[Symbol.asyncIterator]();
    this.ingest = new SampleIngest(input.windowMs, input.plan.routes.length);
  }

  /** Milliseconds on the run's clock; negative before its start, null while that is unknown. */
  nowMs(): number | null {
    return this.#startedAtMs === null ? null : Date.now() - this.#startedAtMs;
  }

  /** From now on samples are of requests that the engine broke off because it was told to end: no failures of the target. */
  stopCounting(): void {
    this.#counting = false;
  }

  samples(words: Uint32Array, from: number, to: number): void {
    if (this.#counting) this.ingest.ingest(words, from, to);
  }

  message(message: EngineMessage): void {
    if (message.kind === 'note') {
      if (!this.#messages.has(message.key)) this.#messages.set(message.key, message.message);
      return;
    }
    if (this.#startedAtMs !== null) return;
    this.#startedAtMs = Date.parse(message.startedAt);
    this.#log = new WindowLog(this.#input.windowsFolder, this.#input.windowMs, new Date(this.#startedAtMs));
    this.#input.on.started(new Date(this.#startedAtMs).toISOString());
  }

  /** Enters a request that is to be sent at `dueMs` on the run's clock. */
  plan(dueMs: number, route: number): void {
    this.ingest.plan(dueMs, route);
    this.#planned++;
  }

  /** The plan's sessions, each entered in the books as it is handed out; ends when the load is to end. */
  async *handOut(): AsyncGenerator<PlannedSession> {
    while (!this.#input.signal.aborted) {
      const next = await this.#sessions.next();
      if (next.done === true) return;
      this.#enter(next.value);
      yield next.value;
    }
  }

  /**
   * Enters what was due and never handed out, because the engine had no virtual user free that would have asked for it: it is unsent.
   * @param endedEarly as for `finish`, which comes after
   */
  async enterRest(endedEarly: string | null): Promise<void> {
    const untilMs = endedEarly === null ? Number.POSITIVE_INFINITY : this.#covered(endedEarly);
    for (;;) {
      const next = await this.#sessions.next();
      if (next.done === true) return;
      if (next.value.startMs >= untilMs) break;
      this.#enter(next.value);
    }
    await this.#sessions.return?.();
  }

  #enter(session: PlannedSession): void {
    for (const request of session.requests) this.plan(session.startMs + request.dueMs, request.route);
  }

  /** Closes what can be closed; with `force`, every window. Tells new failures and how far the load is. */
  tick(force = false): void {
    const now = this.nowMs();
    if (now === null || this.#log === null) return;
    const { windowMs, honesty, on } = this.#input;
    this.#tellFailures();
    const { completed: done, failed: bad } = this.ingest.totals;
    if (!force) on.tick({ elapsedMs: now, done: done + bad, failed: bad });
    for (const window of this.ingest.takeClosed(now, force)) {
      const startMs = window.index * windowMs;
      const closed = closeWindow(window, windowMs, this.cpu.between(startMs, startMs + windowMs), honesty);
      window.routes.forEach((tally, route) => {
        if (tally === undefined) return;
        this.#plannedByRoute[route] = (this.#plannedByRoute[route] ?? 0) + tally.planned;
        this.#sentByRoute[route] = (this.#sentByRoute[route] ?? 0) + tally.response.count;
      });
      this.#unsent += window.unsent;
      // First the histograms, then the event that counts on them.
      this.#log.append(window, closed);
      const { completed, failed } = this.ingest.totals;
      const { result, routes, response } = closed;
      on.window(result, routes, { planned: this.#planned, done: completed + failed, failed, response });
    }
  }

  /** Closes the books. @param endedEarly why the load ended before its time, null when it ran to the end */
  finish(endedEarly: string | null): LoadOutcome {
    const coveredMs = this.#covered(endedEarly);
    if (endedEarly !== null) this.#dropAfter(coveredMs);
    this.tick(true);
    this.#log?.close();
    this.ingest.arrivals.finish();
    const { completed, failed } = this.ingest.totals;
    return {
      coveredMs,
      fidelity: fidelity(
        this.ingest,
        Array.from(this.#plannedByRoute, (n) => n ?? 0),
        Array.from(this.#sentByRoute, (n) => n ?? 0),
      ),
      accounting: { planned: this.#planned, completed, failed, unsent: this.#unsent },
      longestStallMs: this.ingest.stalls.longestUs / 1000,
      endedEarly,
    };
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

  #tellFailures(): void {
    const fresh: LoadFailure[] = [];
    for (const [key, { kind, count, firstMs, ...rest }] of this.ingest.failures) {
      const told = this.#told.get(key) ?? 0;
      if (count === told) continue;
      this.#told.set(key, count);
      fresh.push({
        ...rest,
        // What was told before began before.
        firstMs: told === 0 ? firstMs : rest.lastMs,
        count: count - told,
        kind: errorKinds[kind] ?? 'other',
        message: this.#messages.get(key) ?? '',
      });
    }
    if (fresh.length > 0) this.#input.on.failures(fresh);
  }
}
