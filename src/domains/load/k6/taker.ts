import type { PlannedSession } from '../../../model/plan.ts';

/** What one generator gets of a part of the run: the sessions that it has not begun, and how much it was given in all. */
export class Taker {
  readonly shard: number;
  /** It takes no session that starts before this, on the run's clock. */
  readonly fromMs: number;
  /** Requests of the sessions that are its own. */
  planned = 0;
  isGone = false;
  /** For it, and not handed out yet: first those of a generator that is gone. */
  #urgent: PlannedSession[] = [];
  #waiting: PlannedSession[] = [];
  #handed: PlannedSession[] = [];
  #lastBegunDueMs = 0;
  #wake: () => void = () => {};

  constructor(shard: number, fromMs: number) {
    this.shard = shard;
    this.fromMs = fromMs;
  }

  give(session: PlannedSession, isUrgent = false): void {
    (isUrgent ? this.#urgent : this.#waiting).push(session);
    this.#wake();
  }

  /** The next session, which is handed out with this; undefined: none is there. */
  take(): PlannedSession | undefined {
    const session = this.#urgent.shift() ?? this.#waiting.shift();
    if (session === undefined) return undefined;
    this.planned += session.requests.length;
    this.#handed.push(session);
    return session;
  }

  get hasMore(): boolean {
    return this.#urgent.length > 0 || this.#waiting.length > 0;
  }

  /** When the last request is due of those that it was handed, on the run's clock. */
  get lastDueMs(): number {
    return this.#handed.reduce((most, session) => Math.max(most, lastDueMs(session)), this.#lastBegunDueMs);
  }

  /** Waits for `ms`, or until it is given something. */
  async wait(ms: number): Promise<void> {
    if (this.hasMore || this.isGone) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }

  /** Forgets what has begun by now. */
  forget(nowMs: number): void {
    this.#handed = this.#handed.filter((session) => {
      if (session.startMs > nowMs) return true;
      this.#lastBegunDueMs = Math.max(this.#lastBegunDueMs, lastDueMs(session));
      return false;
    });
  }

  /** Ends it. @returns what begins after `ms` and is not its own any more, in order */
  leave(ms: number): PlannedSession[] {
    this.isGone = true;
    this.#wake();
    const back = this.#handed.filter((session) => beginsMs(session) > ms);
    const isBack = new Set(back);
    this.#handed = this.#handed.filter((session) => !isBack.has(session));
    for (const { requests } of back) this.planned -= requests.length;
    back.push(...this.#urgent.splice(0), ...this.#waiting.splice(0));
    return back.sort((a, b) => a.startMs - b.startMs);
  }
}

/** When the first request of a session is sent, on the run's clock: a login may be before its start. */
export function beginsMs({ startMs, requests, logins = [] }: PlannedSession): number {
  const first = logins.flatMap(({ steps }) => steps).reduce((least, { dueMs }) => Math.min(least, dueMs), 0);
  return startMs + Math.min(first, requests[0]?.dueMs ?? 0);
}

/** When its last request is due, on the run's clock. */
export function lastDueMs({ startMs, requests }: Pick<PlannedSession, 'startMs' | 'requests'>): number {
  return startMs + requests.reduce((most, { dueMs }) => Math.max(most, dueMs), 0);
}
