import type { PlannedSession } from '../../../model/plan.ts';

/** Deals the sessions of a part of the plan out to the generators that share it, each session to one of them, by its number in the plan. */
export class Split {
  #source: AsyncGenerator<PlannedSession>;
  #kept: PlannedSession[][];

  constructor(source: AsyncGenerator<PlannedSession>, shards: number) {
    this.#source = source;
    this.#kept = Array.from({ length: shards }, () => []);
  }

  /** What is left for a shard: what it has not asked for yet is kept for it while others go on. Another may go on where one left off. */
  async *stream(shard: number): AsyncGenerator<PlannedSession> {
    const own = this.#kept[shard] as PlannedSession[];
    for (;;) {
      const kept = own.shift();
      if (kept !== undefined) {
        yield kept;
        continue;
      }
      const { done, value } = await this.#source.next();
      if (done !== true) this.#kept[value.index % this.#kept.length]?.push(value);
      // While we waited, another may have put the last of ours here.
      else if (own.length === 0) return;
    }
  }
}

/** First those taken back from another, then the others; nothing before `afterwards`, and none that should have begun before `fromMs`. */
export async function* sessionsFrom(
  fromMs: number,
  back: readonly PlannedSession[],
  others: AsyncIterable<PlannedSession>,
  afterwards: Promise<unknown>,
): AsyncGenerator<PlannedSession> {
  await afterwards;
  for (const session of back) if (session.startMs >= fromMs) yield session;
  for await (const session of others) if (session.startMs >= fromMs) yield session;
}
