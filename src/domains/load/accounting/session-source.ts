import type { PlannedSession } from '../../../model/plan.ts';

/** The plan's sessions in the order of their start, each given out once. */
export class SessionSource {
  readonly #sessions: AsyncIterator<PlannedSession>;
  readonly #fromMs: number;
  /** Taken from the plan, and kept until its time is asked for. */
  #ahead: PlannedSession | null = null;
  #isAtEnd = false;

  /** @param fromMs sessions that began before are passed over: while a run was interrupted nothing was planned, so that time is a gap and not a loss */
  constructor(sessions: AsyncIterable<PlannedSession>, fromMs: number) {
    this.#sessions = sessions[Symbol.asyncIterator]();
    this.#fromMs = fromMs;
  }

  /** The next session, if it begins before `untilMs`; null: there is none such. */
  async nextBefore(untilMs: number): Promise<PlannedSession | null> {
    const next = this.#ahead ?? (await this.#next());
    this.#ahead = next !== null && next.startMs >= untilMs ? next : null;
    return this.#ahead === null ? next : null;
  }

  /** The plan has no more. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  async close(): Promise<void> {
    await this.#sessions.return?.();
  }

  async #next(): Promise<PlannedSession | null> {
    for (;;) {
      const next = await this.#sessions.next();
      if (next.done === true) {
        this.#isAtEnd = true;
        return null;
      }
      if (next.value.startMs >= this.#fromMs) return next.value;
    }
  }
}
