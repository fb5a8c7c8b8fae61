import { setTimeout as wait } from 'node:timers/promises';
import { loginLeadMs } from '../../../model/plan.ts';
import type { LoadAccounting } from '../accounting/accounting.ts';
import { type LoadInput, whyAborted } from '../engine.ts';
import { howItEnded, neverBegan } from './endings.ts';
import { Generator, type GeneratorSetup } from './generator.ts';
import { legEnd, wholeMs } from './legs.ts';
import type { Moment } from './process.ts';
import { Split, sessionsFrom } from './split.ts';

const tickMs = 250;
const hourMs = 3_600_000;
/** k6 starts its virtual users one after the other; each gets a session before the clock starts. */
const leadMsPerUser = 0.5;
/** Generators that may die within ten minutes before the load is given up, and one more for each that shares the load. */
const deathsAtMost = 5;
const deathsWithinMs = 600_000;

type StartReason = 'start' | 'hand-over' | 'replacement' | 'resume';

export interface HandOverSetup extends Omit<GeneratorSetup, 'number' | 'shard' | 'failed'> {
  shards: number;
}

/** One part of the run and the generators that take the sessions which begin in it. */
interface Leg {
  fromMs: number;
  toMs: number;
  generators: Generator[];
  split: Split;
}

/**
 * Runs k6 processes one after the other. A session belongs to the process in whose time it begins and is finished there, so the next one
 * begins while the last one ends, and arrivals show no seam. A process that dies is replaced; the requests it took with it are lost, and reported.
 */
export class HandOver {
  #setup: HandOverSetup;
  #input: LoadInput;
  #accounting: LoadAccounting;
  #launched = 0;
  /** How long k6 took to be ready, the longest so far. */
  #readyMs = 2000;
  #living = new Map<Generator, number>();
  #deaths: number[] = [];
  /** Of generators that died and whose replacement has not begun. */
  #replacing = 0;
  #endedCpuSeconds = 0;
  #ending: { why: string | null } | null = null;
  #failure: unknown;
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
      await this.#legs();
    } finally {
      signal.removeEventListener('abort', onAbort);
      // What was measured until now is still on its way.
      if (this.#ending?.why != null) await wait(2 * tickMs);
      await Promise.all([...this.#living.keys()].map((generator) => generator.stop()));
      clearInterval(timer);
    }
    const endedEarly = this.#ending?.why ?? null;
    return this.#failure === undefined ? { endedEarly } : { endedEarly, failure: this.#failure };
  }

  async #legs(): Promise<void> {
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
    const leg = this.#leg(fromMs, toMs, generators);
    if (this.#ending !== null) return leg;
    const inMs = resumed === undefined ? this.#leadMs() : fromMs - (Date.now() - resumed.zero.getTime());
    if (inMs < this.#leadMs() / 2) {
      this.#finish('k6 was not ready when the run was due to continue');
      return leg;
    }
    const at = moment(inMs);
    this.#accounting.begin(resumed?.zero ?? new Date(at.unixMs), fromMs - inMs);
    this.#go(leg, fromMs, at, []);
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
    const leg = this.#leg(fromMs, toMs, generators);
    if (this.#ending !== null) return leg;
    const nowMs = this.#accounting.nowMs() ?? 0;
    // A machine that was too slow for it begins late, and what it missed is lost.
    const beginMs = wholeMs(Math.max(fromMs, nowMs + 100));
    this.#go(leg, beginMs, moment(beginMs - nowMs), before.generators);
    return leg;
  }

  #leg(fromMs: number, toMs: number, generators: Generator[]): Leg {
    const split = new Split(this.#accounting.handOut(fromMs, toMs), this.#setup.shards);
    return { fromMs, toMs, generators, split };
  }

  #go(leg: Leg, beginMs: number, at: Moment, before: readonly Generator[]): void {
    const fed = Promise.all(before.map((generator) => generator.fed));
    leg.generators.forEach((generator, shard) => {
      generator.go(at, beginMs, sessionsFrom(beginMs, [], leg.split.stream(shard), fed));
      this.#watch(generator, shard, leg);
    });
  }

  /** Starts one process a shard, and waits until all are ready. @throws ShakedownError ENGINE_START */
  async #launch(reason: StartReason, only: number | null): Promise<Generator[]> {
    const shards = only === null ? [...Array(this.#setup.shards).keys()] : [only];
    return Promise.all(
      shards.map(async (shard) => {
        const generator = await Generator.launch({
          ...this.#setup,
          number: this.#launched++,
          shard,
          failed: (error) => this.#fail(error),
        });
        this.#living.set(generator, shard);
        await Promise.race([generator.ready, this.#ended]);
        if (generator.gone) {
          this.#drop(generator);
          if (this.#ending === null) throw await neverBegan(generator);
        }
        this.#readyMs = Math.max(this.#readyMs, performance.now() - generator.startedAtMs);
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
      if (died) this.#replacing++;
      this.#drop(generator);
      if (!died) return;
      const nowMs = this.#accounting.nowMs() ?? 0;
      await this.#replace(generator, shard, leg, nowMs, await howItEnded(generator));
      this.#replacing--;
    });
    seen.catch((error: unknown) => this.#fail(error));
  }

  async #replace(dead: Generator, shard: number, leg: Leg, nowMs: number, reason: string): Promise<void> {
    const restartMs = nowMs + 1.5 * this.#readyMs + this.#leadMs();
    const back = dead.takeBack(restartMs);
    // Requests on their way were planned up to a timeout ago.
    const gap = this.#accounting.generatorDied(nowMs - this.#input.requestTimeoutMs, Math.max(nowMs, dead.lastDueMs));
    // Until another takes over, all sessions that begin are lost, whole.
    const { longestSessionMs } = this.#input.plan;
    const goesOnAt = (ms: number) => {
      gap.toMs = Math.max(gap.toMs, ms + longestSessionMs);
    };
    this.#input.on.generatorEnded?.({ atMs: nowMs, shard, reason, lost: Math.max(0, dead.outstanding) });
    this.#input.on.warning(`${reason}. ${Math.max(0, dead.outstanding)} requests were lost with it.`);
    goesOnAt(leg.toMs);
    if (restartMs >= leg.toMs) return;
    this.#deaths = [...this.#deaths.filter((at) => at > nowMs - deathsWithinMs), nowMs];
    if (this.#deaths.length > deathsAtMost + this.#setup.shards - 1) {
      this.#finish(`k6 died ${this.#deaths.length} times within ten minutes, the last time: ${reason}`);
      return;
    }
    let fresh: Generator | undefined;
    try {
      [fresh] = await this.#launch('replacement', shard);
    } catch (error) {
      this.#finish((error as Error).message);
    }
    if (fresh === undefined || this.#ending !== null) return;
    const readyAtMs = this.#accounting.nowMs() ?? 0;
    const beginMs = wholeMs(Math.max(restartMs, readyAtMs + 100));
    gap.toMs = Math.max(nowMs, dead.lastDueMs);
    goesOnAt(beginMs);
    const place = leg.generators.indexOf(dead);
    if (place >= 0) leg.generators[place] = fresh;
    fresh.go(
      moment(beginMs - readyAtMs),
      beginMs,
      sessionsFrom(beginMs, back, leg.split.stream(shard), Promise.resolve()),
    );
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
      generator.forget(now);
      // Sessions that began in time are finished, but a target that hangs cannot hold a generator for longer than one timeout.
      const lastMs = generator.lastDueMs + this.#input.requestTimeoutMs + 5000;
      if (generator.fedAll && !generator.stopped && (generator.outstanding <= 0 || now > lastMs)) {
        this.#drop(generator);
        void generator.stop();
      }
    }
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
      this.#living.size + this.#replacing > 0 &&
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
  #leadMs(): number {
    return (
      1000 +
      (this.#input.plan.login === undefined ? 0 : loginLeadMs) +
      (this.#input.virtualUsers / this.#setup.shards) * leadMsPerUser
    );
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
