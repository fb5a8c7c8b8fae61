import { loginLeadMs } from '../../../model/plan.ts';
import type { Period } from '../../../model/stability.ts';
import type { LoadAccounting } from '../accounting/accounting.ts';
import type { LoadInput } from '../engine.ts';
import type { Generator } from './generator.ts';
import type { K6Command, Moment } from './process.ts';
import { Split } from './split.ts';
import { lastDueMs } from './taker.ts';

/** Ours keeps what it is given early in order (load/k6/replay/feed.go); in a stock one each session takes a virtual user. */
const aheadMs = { shakedown: 6000, stock: 3000 } as const;
/** For the way to another generator, and for this process to be busy for a moment. */
const takeOverMs = 1500;
/** How long after it was lost a generator may still begin sessions: one elsewhere may be cut off from here before it ends. */
const stillBeginsMs = { here: 0, elsewhere: 500 } as const;

export interface LegSetup {
  input: LoadInput;
  accounting: LoadAccounting;
  build: K6Command['build'];
  shards: number;
  isHere: boolean;
  fromMs: number;
  toMs: number;
  generators: Generator[];
  /** The plan is read on from there. */
  before: Leg | null;
}

/** What was lost because a generator died. */
interface Loss {
  shard: number;
  /** When its end was noticed. */
  atMs: number;
  /** When it was heard last. */
  fromMs: number;
  /** Requests: in all, and those that went with it. */
  lost: number;
  withIt: number;
  /** For the accounting; its end is when the last of those requests is due. */
  marked: Period;
  /** From then on its sessions are another's; null: not known yet. */
  wholeMs: number | null;
}

/** One part of the run and the generators that take the sessions which begin in it. */
export class Leg {
  readonly fromMs: number;
  readonly toMs: number;
  readonly split: Split;
  readonly #setup: LegSetup;
  #losses: Loss[] = [];

  constructor(setup: LegSetup) {
    const { input, accounting, build, shards, fromMs, toMs, before } = setup;
    this.#setup = setup;
    this.fromMs = fromMs;
    this.toMs = toMs;
    const lead = input.plan.login === undefined ? 0 : loginLeadMs;
    this.split = new Split({
      source: accounting.handOut(fromMs, toMs),
      after: before === null ? Promise.resolve() : before.split.dealtOut,
      shards,
      nowMs: () => accounting.nowMs() ?? 0,
      aheadMs: aheadMs[build] + lead,
      takeOverMs: takeOverMs + lead,
      lost: ({ index, startMs, requests }) => {
        const loss = this.#losses.findLast(({ shard }) => shard === index % shards);
        if (loss === undefined) return;
        loss.lost += requests.length;
        loss.marked.toMs = Math.max(loss.marked.toMs, lastDueMs({ startMs, requests }));
      },
    });
  }

  get generators(): readonly Generator[] {
    return this.#setup.generators;
  }

  /** Nothing can be lost of it any more. */
  get isOver(): boolean {
    const isEnded = this.generators.every(({ gone, stopped }) => gone || stopped);
    return isEnded && this.#losses.length === 0 && this.split.isOver;
  }

  /** Has a generator begin at `beginMs` of the run's clock, in the place of what died of its shard. */
  go(generator: Generator, shard: number, at: Moment, beginMs: number): void {
    this.#setup.generators[shard] = generator;
    const taker = this.split.join(shard, beginMs);
    generator.go(at, taker, this.split.stream(taker));
    for (const loss of this.#losses) if (loss.shard === shard) loss.wholeMs ??= beginMs;
  }

  /** Hands on what a generator that died had not begun. @returns how many requests were lost with it, and whether others go on with its sessions */
  died(generator: Generator, shard: number, nowMs: number): { lost: number; isTakenOver: boolean } {
    const { input, accounting, isHere } = this.#setup;
    const { taker } = generator;
    if (taker === null) return { lost: 0, isTakenOver: false };
    const fromMs = Math.max(0, Math.min(nowMs, generator.heardMs ?? nowMs));
    // Requests on their way were planned up to a timeout ago.
    const marked = accounting.generatorDied(fromMs - input.requestTimeoutMs, nowMs);
    const loss: Loss = { shard, atMs: nowMs, fromMs, lost: 0, withIt: 0, marked, wholeMs: null };
    this.#losses.push(loss);
    this.split.leave(taker, nowMs + stillBeginsMs[isHere ? 'here' : 'elsewhere']);
    const lost = generator.outstanding;
    loss.lost += lost;
    loss.withIt = lost;
    if (lost > 0) marked.toMs = Math.max(marked.toMs, generator.lastDueMs);
    return { lost, isTakenOver: this.generators.some(({ gone, stopped }) => !gone && !stopped) };
  }

  /** Sees to sessions without a generator, and reports losses that are over. */
  async tick(nowMs: number): Promise<void> {
    this.split.serve();
    const { isOver } = this.split;
    this.#report((loss) => isOver || (loss.wholeMs !== null && nowMs > loss.wholeMs));
    if (!isOver) await this.split.tick();
  }

  /** Reports all losses, as the load has ended. */
  end(): void {
    this.#report(() => true);
  }

  #report(isOver: (loss: Loss) => boolean): void {
    const over = this.#losses.filter(isOver);
    this.#losses = this.#losses.filter((loss) => !over.includes(loss));
    const { on } = this.#setup.input;
    for (const { shard, atMs, fromMs, lost, withIt, marked } of over) {
      if (lost > withIt)
        on.warning(`${lost - withIt} more requests were lost, as no load generator was there for them.`);
      on.generatorLost?.({ atMs, shard, fromMs, toMs: lost === 0 ? fromMs : marked.toMs, lost });
    }
  }
}
