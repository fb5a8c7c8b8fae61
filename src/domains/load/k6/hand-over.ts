import { setTimeout as wait } from 'node:timers/promises';
import { loginLeadMs } from '../../../model/plan.ts';
import type { LoadAccounting } from '../accounting/accounting.ts';
import { type LoadInput, whyAborted } from '../engine.ts';
import { howItEnded, untilReady } from './endings.ts';
import { Generator, type GeneratorSetup } from './generator.ts';
import { Leg } from './leg.ts';
import { legEnd, wholeMs } from './legs.ts';
import type { Moment } from './process.ts';

const tickMs = 250;
const hourMs = 3_600_000;
/** k6 starts its virtual users one after the other; each gets a session before the clock starts. */
const leadMsPerUser = 0.5;
const leadMs = 1000;
/** What is lost until a replacement begins is lost for good: just enough for its first sessions to be there. */
const replacementLeadMs = 300;
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
  #living = new Map<Generator, number>();
  #legs: Leg[] = [];
  /** Each until it has ended, and its replacement has begun. */
  #watched: Promise<void>[] = [];
  #deaths: number[] = [];
  #endedCpuSeconds = 0;
  #ending: { why: string | null } | null = null;
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
      // What was measured until now is still on its way.
      if (this.#ending?.why != null) await wait(2 * tickMs);
      await Promise.all([...this.#living.keys()].map((generator) => generator.stop()));
      await Promise.race([Promise.allSettled(this.#watched), wait(stopAtMostMs, null, { ref: false })]);
      clearInterval(timer);
      for (const leg of this.#legs) leg.end();
    }
    const endedEarly = this.#ending?.why ?? null;
    return this.#failure === undefined ? { endedEarly } : { endedEarly, failure: this.#failure };
  }

  async #allLegs(): Promise<void> {
    const { durationMs } = this.#input.plan.options;
    const legMs = this.#input.handOverMs ?? hourMs;
    const fromMs = this.#input.resumed?.fromMs ?? 0;
    let leg = await this.#first(fromMs, legEnd(fromMs, legMs, durationMs));
    while (leg.toMs < durationMs && this.#ending === null) {
      // Ready in twice the time that it took so far, with some to spare; a short leg needs its whole time.
      await this.#until(Math.max(leg.fromMs, leg.toMs - 2 * this.#readyMs - this.#leadMs() - 2000));
      if (this.#ending !== null) return;
      leg = await this.#next(leg, legEnd(leg.toMs, legMs, durationMs));
    }
    await this.#allAnswered();
  }

  async #first(fromMs: number, toMs: number): Promise<Leg> {
    const { resumed } = this.#input;
    const generators = await this.#launch(resumed === undefined ? 'start' : 'resume', null);
    const leg = this.#leg(fromMs, toMs, generators, null);
    if (this.#ending !== null) return leg;
    const inMs = resumed === undefined ? this.#leadMs() : fromMs - (Date.now() - resumed.zero.getTime());
    if (inMs < this.#leadMs() / 2) {
      this.#finish('k6 was not ready when the run was due to continue');
      return leg;
    }
    const at = moment(inMs);
    this.#accounting.begin(resumed?.zero ?? new Date(at.unixMs), fromMs - inMs);
    this.#go(leg, fromMs, at);
    return leg;
  }

  async #next(before: Leg, toMs: number): Promise<Leg> {
    const fromMs = before.toMs;
    let generators: Generator[] = [];
    try {
      generators = await this.#launch('hand-over', null);
    } catch (error) {
      this.#finish((error as Error).message);
    }
    const leg = this.#leg(fromMs, toMs, generators, before);
    if (this.#ending !== null) return leg;
    const nowMs = this.#accounting.nowMs() ?? 0;
    // A machine that was too slow for it begins late, and what it missed is lost.
    const beginMs = wholeMs(Math.max(fromMs, nowMs + 100));
    this.#go(leg, beginMs, moment(beginMs - nowMs));
    return leg;
  }

  #leg(fromMs: number, toMs: number, generators: Generator[], before: Leg | null): Leg {
    const { input, accounting, k6, places, shards } = this.#setup;
    const isHere = places === null;
    return new Leg({ input, accounting, build: k6.build, shards, isHere, fromMs, toMs, generators, before });
  }

  #go(leg: Leg, beginMs: number, at: Moment): void {
    this.#legs.push(leg);
    leg.generators.forEach((generator, shard) => {
      leg.go(generator, shard, at, beginMs);
      this.#watch(generator, shard, leg);
    });
  }

  /** Starts one process a shard, and waits until all are ready. @throws ShakedownError ENGINE_START */
  async #launch(reason: StartReason, only: number | null): Promise<Generator[]> {
    const shards = only === null ? [...Array(this.#setup.shards).keys()] : [only];
    return Promise.all(
      shards.map(async (shard) => {
        const startedAtMs = performance.now();
        const generator = await Generator.launch({
          ...this.#setup,
          number: this.#launched++,
          shard,
          over: this.#over.signal,
          failed: (error) => this.#fail(error),
        });
        this.#living.set(generator, shard);
        const atMostMs = this.#setup.places?.readyAtMostMs ?? readyAtMostMs;
        const given = { up: this.#ended, over: this.#over.signal, isWanted: () => this.#ending === null };
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
      }),
    );
  }

  /** Follows a generator to its end, and sees to a replacement where that came too early. */
  #watch(generator: Generator, shard: number, leg: Leg): void {
    const seen = generator.ended.then(async () => {
      const died = !generator.stopped && this.#ending === null;
      this.#drop(generator);
      if (!died) return;
      const nowMs = this.#accounting.nowMs() ?? 0;
      const { lost, isTakenOver } = leg.died(generator, shard, nowMs);
      const reason = await howItEnded(generator);
      this.#input.on.generatorEnded?.({ atMs: nowMs, shard, reason, lost });
      this.#input.on.warning(`${reason}. ${lost} requests were lost with it.`);
      await this.#replace(shard, leg, nowMs, reason, isTakenOver);
    });
    this.#watched.push(seen.catch((error: unknown) => this.#fail(error)));
  }

  async #replace(shard: number, leg: Leg, nowMs: number, reason: string, isTakenOver: boolean): Promise<void> {
    // It would be ready when there is nothing left to begin.
    if (nowMs + this.#quickestMs >= leg.toMs) return;
    this.#deaths = [...this.#deaths.filter((at) => at > nowMs - deathsWithinMs), nowMs];
    if (this.#deaths.length > deathsAtMost + this.#setup.shards - 1) {
      this.#finish(`k6 died ${this.#deaths.length} times within ten minutes, the last time: ${reason}`);
      return;
    }
    let fresh: Generator | undefined;
    try {
      [fresh] = await this.#launch('replacement', shard);
    } catch (error) {
      if (this.#over.signal.aborted) return;
      const { message } = error as Error;
      if (isTakenOver) this.#input.on.warning(`Load generator ${shard} was not replaced: ${message}`);
      else this.#finish(message);
    }
    if (fresh === undefined || this.#ending !== null || this.#over.signal.aborted) return;
    const readyAtMs = this.#accounting.nowMs() ?? 0;
    const beginMs = wholeMs(readyAtMs + this.#leadMs(replacementLeadMs));
    leg.go(fresh, shard, moment(beginMs - readyAtMs), beginMs);
    this.#watch(fresh, shard, leg);
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
    for (const generator of this.#living.keys()) {
      const used = generator.process.cpuSeconds();
      if (used !== null) generator.cpuSeconds = used;
      seconds += generator.cpuSeconds;
      generator.taker?.forget(now);
      if (!generator.fedAll || generator.stopped) continue;
      // Sessions that began in time are finished, but a target that hangs cannot hold a generator for longer than one timeout.
      const lastMs = generator.lastDueMs + this.#input.requestTimeoutMs + 5000;
      if (generator.outstanding <= 0 || now > lastMs) {
        this.#drop(generator);
        void generator.stop();
      }
    }
    for (const leg of this.#legs) leg.tick(now).catch((error: unknown) => this.#fail(error));
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
      this.#ending === null &&
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
      if (left <= 0 || this.#ending !== null) return;
      await Promise.race([wait(Math.min(left, 1000)), this.#ended]);
    }
  }

  /** Logins of the first sessions are sent before the clock reads zero, each at its moment and not all at once. */
  #leadMs(least = leadMs): number {
    const { k6, shards } = this.#setup;
    const users = k6.build === 'stock' ? this.#input.virtualUsers / shards : 0;
    return least + (this.#input.plan.login === undefined ? 0 : loginLeadMs) + users * leadMsPerUser;
  }

  /** Ends the load for an error of ours, so that what was measured is kept. */
  #fail(error: unknown): void {
    if (this.#ending !== null) return;
    this.#failure = error ?? new Error('unknown');
    this.#finish(error instanceof Error ? error.message : String(error));
  }

  #finish(why: string): void {
    this.#ending ??= { why };
    this.#end();
  }
}

function moment(inMs: number): Moment {
  return { monotonicNs: process.hrtime.bigint() + BigInt(Math.round(inMs * 1e6)), unixMs: Date.now() + inMs };
}
