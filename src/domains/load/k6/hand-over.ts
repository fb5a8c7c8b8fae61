import { setTimeout as wait } from 'node:timers/promises';
import type { LoadAccounting } from '../accounting/accounting.ts';
import { type LoadInput, whyAborted } from '../engine.ts';
import { howItEnded, untilReady } from './endings.ts';
import { Generator, type GeneratorSetup } from './generator.ts';
import { joinLeadMs, leadMs, quickLeadMs } from './lead.ts';
import { Leg } from './leg.ts';
import { legEnd, wholeMs } from './legs.ts';
import { type Moment, moment } from './process.ts';
import { startedInTime } from './starting.ts';

const tickMs = 250;
const hourMs = 3_600_000;
/** Of a k6 here, until its virtual users are there: a stock one makes thousands of JavaScript runtimes. */
const readyAtMostMs = 300_000;
/** For a replacement that is being started when the load ends. */
const stopAtMostMs = 3000;
/** Generators that may die within ten minutes before the load is given up, and one more for each that shares the load. */
const deathsAtMost = 5;
const deathsWithinMs = 600_000;

type StartReason = 'start' | 'hand-over' | 'replacement' | 'resume';

export interface HandOverSetup extends Omit<GeneratorSetup, 'number' | 'shard' | 'over' | 'failed'> {
  shards: number;
}

/**
 * Runs k6 processes one after the other. A session belongs to the process in whose time it begins and is finished there, so the next one
 * begins while the last one ends, and arrivals show no seam. A process that dies is replaced, and until then those that share the load with it take
 * the sessions that it has not begun; the requests it took with it are lost, and reported.
 */
export class HandOver {
  #setup: HandOverSetup;
  #input: LoadInput;
  #accounting: LoadAccounting;
  #launched = 0;
  /** How long k6 took to be ready, the longest and the shortest so far. */
  #readyMs = 2000;
  #quickestMs = Number.POSITIVE_INFINITY;
  #living = new Set<Generator>();
  #legs: Leg[] = [];
  /** Each process until it has begun, and until it has ended and its replacement has begun. */
  #watched: Promise<void>[] = [];
  #deaths: number[] = [];
  #endedCpuSeconds = 0;
  /** Why the load ends before its time; null: it does not. */
  #endingEarly: string | null = null;
  #failure: unknown;
  /** Aborted when it is over: what is still being started is for nothing. */
  readonly #over = new AbortController();
  #end: () => void = () => {};
  #ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  constructor(setup: HandOverSetup) {
    this.#setup = setup;
    this.#input = setup.input;
    this.#accounting = setup.accounting;
  }

  /** @returns why the load ended before its time, null when it ran to its end; and the error of ours that ended it */
  async run(): Promise<{ endedEarly: string | null; failure?: unknown }> {
    const { signal } = this.#input;
    const onAbort = () => this.#finish(whyAborted(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const timer = setInterval(() => this.#tryTick(), tickMs);
    try {
      await this.#allLegs();
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#over.abort();
      for (const leg of this.#legs) leg.close();
      // What was measured until now is still on its way.
      if (this.#endingEarly !== null) await wait(2 * tickMs);
      this.#accounting.cover(this.#endingEarly);
      for (const leg of this.#legs.splice(0)) leg.end();
      await Promise.all([...this.#living].map((generator) => generator.stop()));
      await Promise.race([Promise.allSettled(this.#watched), wait(stopAtMostMs, null, { ref: false })]);
      clearInterval(timer);
    }
    return { endedEarly: this.#endingEarly, ...(this.#failure === undefined ? {} : { failure: this.#failure }) };
  }

  async #allLegs(): Promise<void> {
    const { durationMs } = this.#input.plan.options;
    const legMs = this.#input.handOverMs ?? hourMs;
    const fromMs = this.#input.resumed?.fromMs ?? 0;
    let leg = await this.#first(fromMs, legEnd(fromMs, legMs, durationMs));
    while (leg.toMs < durationMs && this.#endingEarly === null) {
      // Ready in twice the time that it took so far, with some to spare; a short leg needs its whole time.
      const readyMs = Math.max(2 * this.#readyMs, this.#setup.places?.nextTakesMs ?? 0);
      await this.#until(Math.max(leg.fromMs, leg.toMs - readyMs - this.#leadMs() - 2000));
      if (this.#endingEarly !== null) return;
      leg = this.#next(leg, legEnd(leg.toMs, legMs, durationMs));
    }
    await this.#allAnswered();
  }

  async #first(fromMs: number, toMs: number): Promise<Leg> {
    const { resumed } = this.#input;
    const reason = resumed === undefined ? 'start' : 'resume';
    const startedAtMs = performance.now();
    const generators = await Promise.all(this.#shards.map((shard) => this.#launch(reason, shard)));
    const readyMs = performance.now() - startedAtMs;
    const leg = this.#leg(fromMs, toMs, null);
    if (this.#endingEarly !== null) return leg;
    const { k6, places } = this.#setup;
    const isQuick = k6.build === 'shakedown' && places === null && resumed === undefined;
    const wantedMs = this.#leadMs(isQuick ? quickLeadMs(readyMs) : undefined);
    const inMs = resumed === undefined ? wantedMs : fromMs - (Date.now() - resumed.zero.getTime());
    if (inMs < wantedMs / 2) {
      this.#finish('k6 was not ready when the run was due to continue');
      return leg;
    }
    const at = moment(inMs);
    this.#accounting.begin(resumed?.zero ?? new Date(at.unixMs), fromMs - inMs);
    for (const [shard, generator] of generators.entries()) this.#go(generator, shard, leg, at, fromMs);
    return leg;
  }

  /** The part after another. Each generator joins it when it is ready; until then others see to its sessions. */
  #next(before: Leg, toMs: number): Leg {
    const leg = this.#leg(before.toMs, toMs, before);
    for (const shard of this.#shards) this.#follow(this.#fill(shard, leg, 'hand-over'));
    return leg;
  }

  #leg(fromMs: number, toMs: number, before: Leg | null): Leg {
    const { input, accounting, k6, places, shards } = this.#setup;
    const leg = new Leg({ input, accounting, build: k6.build, shards, isHere: places === null, fromMs, toMs, before });
    this.#legs.push(leg);
    return leg;
  }

  get #shards(): number[] {
    return [...Array(this.#setup.shards).keys()];
  }

  #go(generator: Generator, shard: number, leg: Leg, at: Moment, beginMs: number): void {
    leg.go(generator, shard, at, beginMs);
    this.#watch(generator, shard, leg);
  }

  /** Starts a process and waits until it is ready. @throws ShakedownError ENGINE_START */
  async #launch(reason: StartReason, shard: number): Promise<Generator> {
    const startedAtMs = performance.now();
    const generator = await Generator.launch({
      ...this.#setup,
      number: this.#launched++,
      shard,
      over: this.#over.signal,
      failed: (error) => this.#fail(error),
    });
    this.#living.add(generator);
    const atMostMs = this.#setup.places?.readyAtMostMs ?? readyAtMostMs;
    const given = { up: this.#ended, over: this.#over.signal, isWanted: () => this.#endingEarly === null };
    await untilReady(generator, atMostMs, given).finally(() => {
      if (generator.gone) this.#drop(generator);
    });
    if (this.#over.signal.aborted) return generator;
    this.#readyMs = Math.max(this.#readyMs, performance.now() - startedAtMs);
    this.#quickestMs = Math.min(this.#quickestMs, performance.now() - startedAtMs);
    const { pid, place } = generator.process;
    // The clock of a run that goes on is not set yet: it does so where the load does.
    const atMs = Math.max(this.#input.resumed?.fromMs ?? 0, this.#accounting.nowMs() ?? 0);
    this.#input.on.generatorStarted?.({ atMs, shard, reason, pid, detail: place });
    return generator;
  }

  /** Follows a generator to its end, and sees to a replacement where that came too early. */
  #watch(generator: Generator, shard: number, leg: Leg): void {
    const seen = generator.ended.then(async () => {
      const died = !generator.stopped && !this.#isOver;
      this.#drop(generator);
      if (!died) return;
      const nowMs = this.#accounting.nowMs() ?? 0;
      const lost = leg.died(generator, shard, nowMs);
      const reason = await howItEnded(generator);
      this.#input.on.generatorEnded?.({ atMs: nowMs, shard, reason, lost });
      this.#input.on.warning(`${reason}. ${lost} requests were lost with it.`);
      await this.#replace(shard, leg, nowMs, reason);
    });
    this.#follow(seen);
  }

  #follow(promise: Promise<void>): void {
    this.#watched.push(promise.catch((error: unknown) => this.#fail(error)));
  }

  async #replace(shard: number, leg: Leg, nowMs: number, reason: string): Promise<void> {
    // It would be ready when there is nothing left to begin.
    if (nowMs + this.#quickestMs >= leg.toMs) return;
    this.#deaths = [...this.#deaths.filter((at) => at > nowMs - deathsWithinMs), nowMs];
    if (this.#deaths.length > deathsAtMost + this.#setup.shards - 1) {
      this.#finish(`k6 died ${this.#deaths.length} times within ten minutes, the last time: ${reason}`);
      return;
    }
    await this.#fill(shard, leg, 'replacement');
  }

  /** Has a process of its own join a part for a shard, as soon as it is ready. */
  async #fill(shard: number, leg: Leg, reason: StartReason): Promise<void> {
    const generator = await startedInTime({
      ...{ shard, leg, launch: () => this.#launch(reason, shard), over: this.#over.signal },
      isOver: () => this.#isOver,
      isTimeLeft: () => (this.#accounting.nowMs() ?? 0) < leg.toMs,
      warn: (message) => this.#input.on.warning(message),
      giveUp: (message) => this.#finish(message),
    });
    if (generator === null || this.#isOver) return;
    if (leg.split.isOver) {
      this.#drop(generator);
      await generator.stop();
      return;
    }
    const readyAtMs = this.#accounting.nowMs() ?? 0;
    const beginMs = wholeMs(Math.max(leg.fromMs, readyAtMs + this.#leadMs(joinLeadMs)));
    this.#go(generator, shard, leg, moment(beginMs - readyAtMs), beginMs);
  }

  #tryTick(): void {
    try {
      this.#tick();
    } catch (error) {
      this.#fail(error);
    }
  }

  #tick(): void {
    const now = this.#accounting.nowMs();
    if (now === null) return;
    let seconds = this.#endedCpuSeconds;
    for (const generator of this.#living) {
      seconds += generator.readCpuSeconds();
      generator.taker?.forget(now);
      if (!generator.fedAll || generator.stopped) continue;
      // Sessions that began in time are finished, but a target that hangs cannot hold a generator for longer than one timeout.
      const lastMs = generator.lastDueMs + this.#input.requestTimeoutMs + 5000;
      if (generator.outstanding <= 0 || now > lastMs) {
        this.#drop(generator);
        void generator.stop();
      }
    }
    for (const leg of this.#legs) leg.tick().catch((error: unknown) => this.#fail(error));
    this.#legs = this.#legs.filter(({ isOver }) => !isOver);
    this.#accounting.cpu.add(now, seconds);
    this.#accounting.tick();
  }

  #drop(generator: Generator): void {
    if (this.#living.delete(generator)) this.#endedCpuSeconds += generator.cpuSeconds;
  }

  async #allAnswered(): Promise<void> {
    const { plan, requestTimeoutMs } = this.#input;
    const lastMs = Math.max(plan.options.durationMs, plan.lastDueMs) + requestTimeoutMs + 5000;
    while (
      this.#endingEarly === null &&
      (this.#living.size > 0 || this.#legs.some(({ split }) => !split.isOver)) &&
      (this.#accounting.nowMs() ?? 0) < lastMs
    ) {
      await Promise.race([wait(tickMs), this.#ended]);
    }
  }

  /** Waits for a moment of the run's clock, or its early end. */
  async #until(ms: number): Promise<void> {
    for (;;) {
      const left = ms - (this.#accounting.nowMs() ?? 0);
      if (left <= 0 || this.#endingEarly !== null) return;
      await Promise.race([wait(Math.min(left, 1000)), this.#ended]);
    }
  }

  /** Logins of the first sessions are sent before the clock reads zero, each at its moment and not all at once. */
  #leadMs(least?: number): number {
    const { virtualUsers, plan } = this.#input;
    return leadMs({ ...this.#setup, virtualUsers, hasLogin: plan.login !== undefined }, least);
  }

  /** Ends the load for an error of ours, so that what was measured is kept. */
  #fail(error: unknown): void {
    if (this.#endingEarly !== null) return;
    this.#failure = error ?? new Error('unknown');
    this.#finish(error instanceof Error ? error.message : String(error));
  }

  get #isOver(): boolean {
    return this.#endingEarly !== null || this.#over.signal.aborted;
  }

  #finish(why: string): void {
    this.#endingEarly ??= why;
    this.#end();
  }
}
