import type { PlannedSession } from '../../../model/plan.ts';
import type { Period } from '../../../model/stability.ts';
import type { LoadAccounting } from '../accounting/accounting.ts';
import type { LoadListener } from '../engine.ts';
import { lastDueMs } from './taker.ts';

/** What was lost because a generator died. Times on the run's clock. */
interface Loss {
  shard: number;
  /** When its end was noticed. */
  atMs: number;
  /** When it was heard last. */
  fromMs: number;
  /** Requests: those that went with it, and those that nobody was there for after it. */
  lost: number;
  /** How many of them were told of in words. */
  said: number;
  /** When they were planned; for the accounting. */
  marked: Period;
  isReported: boolean;
}

/** What was lost with the generators of a part of the run: each loss is reported once, and again where more has come of it. */
export class Losses {
  readonly #accounting: Pick<LoadAccounting, 'generatorDied'>;
  readonly #on: Pick<LoadListener, 'warning' | 'generatorEnded' | 'generatorLost'>;
  readonly #list: Loss[] = [];

  constructor(
    accounting: Pick<LoadAccounting, 'generatorDied'>,
    on: Pick<LoadListener, 'warning' | 'generatorEnded' | 'generatorLost'>,
  ) {
    this.#accounting = accounting;
    this.#on = on;
  }

  get areReported(): boolean {
    return this.#list.every(({ isReported }) => isReported);
  }

  /** A generator died. @param heardMs when it was heard last; null: never */
  open(shard: number, atMs: number, heardMs: number | null): Loss {
    const fromMs = Math.max(0, Math.min(atMs, heardMs ?? atMs));
    const marked = this.#accounting.generatorDied(atMs, Number.NEGATIVE_INFINITY);
    const loss = { shard, atMs, fromMs, lost: 0, said: 0, marked, isReported: false };
    this.#list.push(loss);
    return loss;
  }

  /** Requests that went with a generator. @param planned when they were to be sent, at the most */
  with(loss: Loss, requests: number, planned: Period): void {
    if (requests === 0) return;
    lose(loss, requests, planned);
    loss.said += requests;
  }

  /** A session that should have begun while nobody was there to take it: for want of the generator that died last. */
  add({ startMs, requests }: Pick<PlannedSession, 'startMs' | 'requests'>): void {
    const loss = this.#list.at(-1) ?? this.#late(startMs);
    lose(loss, requests.length, { fromMs: startMs, toMs: lastDueMs({ startMs, requests }) });
  }

  report(): void {
    for (const loss of this.#list) {
      if (loss.isReported) continue;
      loss.isReported = true;
      const { shard, atMs, fromMs, lost, said, marked } = loss;
      if (lost > said)
        this.#on.warning(`${lost - said} more requests were lost, as no load generator was there for them.`);
      loss.said = lost;
      this.#on.generatorLost?.({ atMs, shard, fromMs, toMs: lost === 0 ? fromMs : marked.toMs, lost });
    }
  }

  /** None has died: those that were to begin were not ready. */
  #late(atMs: number): Loss {
    this.#on.generatorEnded?.({ atMs, shard: 0, reason: 'no k6 was ready when this part of the run began', lost: 0 });
    return this.open(0, atMs, null);
  }
}

function lose(loss: Loss, requests: number, { fromMs, toMs }: Period): void {
  loss.lost += requests;
  loss.isReported = false;
  loss.marked.fromMs = Math.min(loss.marked.fromMs, fromMs);
  loss.marked.toMs = Math.max(loss.marked.toMs, toMs);
}
