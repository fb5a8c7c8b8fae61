import type { PlannedSession } from '../../../model/plan.ts';
import { beginsMs, Taker } from './taker.ts';

/** Sessions that are dealt out for one that asks, at the most: what is for others is kept for them. */
const dealtAtOnce = 32;
/** Those that are due by then are handed out together. */
const togetherMs = 20;
const waitAtMostMs = 60_000;
/** A session that another takes is begun late by this at the most, and lost where it would be later. */
const lateAtMostMs = 20;

export interface SplitSetup {
  /** In the order of their start. */
  source: AsyncGenerator<PlannedSession>;
  /** Nothing is asked of the source before. */
  after: Promise<unknown>;
  shards: number;
  /** What the run's clock reads. */
  nowMs(): number;
  /** How long before its start a session is handed out. */
  aheadMs: number;
  /** How long before its start another takes a session whose generator is gone. */
  takeOverMs: number;
  /** Called with a session that should have begun while there was nobody to take it. */
  lost(session: PlannedSession): void;
}

/**
 * Deals the sessions of a part of the plan out to the generators that share it, each session to one of them, by its number in the plan, and
 * not long before its start. What belongs to a generator that is gone waits for the next of its place, until it is nearly due: then another has it.
 */
export class Split {
  /** Resolves when the last session has been dealt out. */
  readonly dealtOut: Promise<void>;
  readonly #setup: SplitSetup;
  readonly #takers: (Taker | null)[];
  /** By shard, in the order of their start: of one that is gone, or does not take sessions that start so early. */
  readonly #open: PlannedSession[][];
  /** Taken from the source, and not due to be dealt out. */
  #next: PlannedSession | null = null;
  #dealing: Promise<number | null> | null = null;
  #isDealtOut = false;
  #setDealtOut: () => void = () => {};
  #lastStartMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(setup: SplitSetup) {
    this.#setup = setup;
    this.#takers = Array.from({ length: setup.shards }, () => null);
    this.#open = Array.from({ length: setup.shards }, () => []);
    this.dealtOut = new Promise((resolve) => {
      this.#setDealtOut = resolve;
    });
  }

  /** No session will begin any more. */
  get isOver(): boolean {
    return this.#isDealtOut && this.#setup.nowMs() >= this.#endMs && this.#open.every(({ length }) => length === 0);
  }

  /** There is a generator for the sessions that are due now. */
  get isServed(): boolean {
    return this.#takers.some((taker) => taker !== null && taker.fromMs <= this.#setup.nowMs());
  }

  /** Until the last session can be begun, by its own generator or, a little late, by another. */
  get #endMs(): number {
    return this.#lastStartMs + lateAtMostMs;
  }

  /** Takes a generator in: from `fromMs` on it has the sessions of its shard. */
  join(shard: number, fromMs: number): Taker {
    const taker = new Taker(shard, fromMs);
    this.#takers[shard] = taker;
    for (const session of this.#open[shard]?.splice(0) ?? []) this.#deal(session);
    return taker;
  }

  /** Has others see to what a generator that is gone would have begun after `ms`; all before that is lost. */
  leave(taker: Taker, ms: number): void {
    const { shard } = taker;
    const back = taker.leave(ms);
    if (this.#takers[shard] === taker) this.#takers[shard] = null;
    for (const session of back) this.#deal(session, true);
    for (const open of this.#open) open.sort((a, b) => a.startMs - b.startMs);
    this.serve();
  }

  /** Hands nothing out any more: streams end, and so does what waits in them. */
  close(): void {
    this.#isClosed = true;
    for (const taker of this.#takers.splice(0)) taker?.leave(Number.POSITIVE_INFINITY);
  }

  /** What a generator is to be given, as it comes; null: nothing more for a while. Ends with the part's last session, or when the generator leaves. */
  async *stream(taker: Taker): AsyncGenerator<PlannedSession | null> {
    while (!taker.isGone) {
      const session = taker.take();
      if (session !== undefined) {
        yield session;
        continue;
      }
      // Until the last has begun, another's may come.
      const inMs = (await this.#dealDue()) ?? this.#endMs - this.#setup.nowMs();
      if (taker.isGone || taker.hasMore) continue;
      if (inMs <= 0 && this.#isDealtOut) return;
      if (inMs <= 0) continue;
      yield null;
      await taker.wait(Math.min(Math.max(inMs, togetherMs), waitAtMostMs));
    }
  }

  /** To be called now and then, as `serve`: goes on dealing where there is no generator to ask. */
  async tick(): Promise<void> {
    while (this.#takers.every((taker) => taker === null)) {
      if ((await this.#dealDue()) !== 0) return;
    }
  }

  /** Finds others for what is nearly due and has no generator; what nobody could take in time is lost. */
  serve(): void {
    const { nowMs, takeOverMs, lost } = this.#setup;
    const now = nowMs();
    for (const [shard, open] of this.#open.entries()) {
      if (open.length === 0) continue;
      this.#open[shard] = open.filter((session) => {
        if (session.startMs - now > takeOverMs) return true;
        const lateMs = now - beginsMs(session);
        const other = lateMs > lateAtMostMs ? undefined : this.#otherFor(session);
        other?.give(session, true);
        if (other === undefined && lateMs <= 0) return true;
        if (other === undefined) lost(session);
        return false;
      });
    }
  }

  /** Deals out what is due to be. @returns when there is more, ms from now; null: never */
  async #dealDue(): Promise<number | null> {
    this.#dealing ??= this.#dealSome().finally(() => {
      this.#dealing = null;
    });
    return this.#dealing;
  }

  async #dealSome(): Promise<number | null> {
    const { source, after, nowMs, aheadMs } = this.#setup;
    await after;
    for (let dealt = 0; dealt < dealtAtOnce; dealt++) {
      if (this.#isDealtOut || this.#isClosed) return null;
      if (this.#next === null) {
        const { done, value } = await source.next();
        if (done === true) {
          this.#isDealtOut = true;
          this.#setDealtOut();
          return null;
        }
        this.#next = value;
      }
      const inMs = this.#next.startMs - aheadMs - nowMs();
      if (inMs > 0) return inMs;
      this.#lastStartMs = Math.max(this.#lastStartMs, this.#next.startMs);
      this.#deal(this.#next);
      this.#next = null;
    }
    return 0;
  }

  #deal(session: PlannedSession, isUrgent = false): void {
    const shard = session.index % this.#setup.shards;
    const owner = this.#takers[shard];
    if (owner != null && session.startMs >= owner.fromMs) owner.give(session, isUrgent);
    else this.#open[shard]?.push(session);
  }

  #otherFor({ index, startMs }: PlannedSession): Taker | undefined {
    const able = this.#takers.filter((taker) => taker !== null && startMs >= taker.fromMs);
    return able[Math.floor(index / this.#setup.shards) % Math.max(1, able.length)] ?? undefined;
  }
}
