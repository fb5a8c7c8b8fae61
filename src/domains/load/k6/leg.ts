import { loginLeadMs } from '../../../model/plan.ts';
import type { LoadAccounting } from '../accounting/accounting.ts';
import type { LoadInput } from '../engine.ts';
import type { Generator } from './generator.ts';
import { Losses } from './losses.ts';
import type { K6Command, Moment } from './process.ts';
import { Split } from './split.ts';

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
  /** The plan is read on from there. */
  before: Leg | null;
}

/** One part of the run and the generators that take the sessions which begin in it. */
export class Leg {
  readonly fromMs: number;
  readonly toMs: number;
  readonly split: Split;
  /** Generators that are on their way to it. */
  starting = 0;
  readonly #setup: LegSetup;
  /** By shard; none where none has begun. */
  readonly #generators: Generator[] = [];
  readonly #losses: Losses;

  constructor(setup: LegSetup) {
    const { input, accounting, build, shards, fromMs, toMs, before } = setup;
    this.#setup = setup;
    this.fromMs = fromMs;
    this.toMs = toMs;
    this.#losses = new Losses(accounting, input.on);
    const lead = input.plan.login === undefined ? 0 : loginLeadMs;
    this.split = new Split({
      source: accounting.handOut(fromMs, toMs),
      after: before === null ? Promise.resolve() : before.split.dealtOut,
      shards,
      nowMs: () => accounting.nowMs() ?? 0,
      aheadMs: aheadMs[build] + lead,
      takeOverMs: takeOverMs + lead,
      lost: (session) => this.#losses.add(session),
    });
  }

  /** Somebody is there for its sessions. */
  get isServed(): boolean {
    return this.#generators.some(({ gone, stopped }) => !gone && !stopped);
  }

  /** Nothing can be lost of it any more. */
  get isOver(): boolean {
    return !this.isServed && this.#losses.areReported && this.split.isOver;
  }

  /** Has a generator begin at `beginMs` of the run's clock, in the place of what died of its shard. */
  go(generator: Generator, shard: number, at: Moment, beginMs: number): void {
    this.#generators[shard] = generator;
    const taker = this.split.join(shard, beginMs);
    generator.go(at, taker, this.split.stream(taker));
  }

  /** Hands on what a generator that died had not begun. @returns how many requests were lost with it */
  died(generator: Generator, shard: number, nowMs: number): number {
    const { input, isHere } = this.#setup;
    const { taker, heardMs } = generator;
    if (taker === null) return 0;
    const loss = this.#losses.open(shard, nowMs, heardMs);
    this.split.leave(taker, nowMs + stillBeginsMs[isHere ? 'here' : 'elsewhere']);
    const lost = generator.outstanding;
    // Requests on their way were planned up to a timeout ago.
    this.#losses.with(loss, lost, { fromMs: loss.fromMs - input.requestTimeoutMs, toMs: generator.lastDueMs });
    return lost;
  }

  /** Sees to sessions without a generator, and reports what was lost once others go on. */
  async tick(): Promise<void> {
    this.split.serve();
    if (this.split.isServed || this.split.isOver) this.#losses.report();
    await this.split.tick();
  }

  /** Hands out nothing more, as the load is to end. */
  close(): void {
    this.split.close();
  }

  /** Reports all losses, as the load has ended. */
  end(): void {
    this.split.serve();
    this.#losses.report();
  }
}
