import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../system/check.ts';
import type { MemorySeen } from '../system/growth.ts';
import { residentMb } from '../system/memory.ts';
import type { Side } from '../system/state.ts';
import type { Sent } from '../witness/request.ts';
import { indicesOf, type Shown, usualOf } from './trouble.ts';

const everyMs = 250;
/** A side that has just been given the traffic, or lost it, still has some of the other kind. */
export const afterMoveMs = 1000;

interface Looked extends MemorySeen {
  side: string;
  /** How long its first instance took to say that it is healthy; null: it did not. */
  healthMs: number | null;
}

interface Times {
  from: string;
  to: string;
  /** Since when the first had the traffic. */
  fromMs: number;
  /** Until when nothing but the traffic was sent: requests of every kind are begun before a move. */
  quietMs: number;
  moveMs: number;
  nowMs: number;
}

/** Looks at both sides all the time, so that one that has just been given the traffic can be held against what the other was. */
export class SideWatch {
  readonly #looks: Looked[] = [];
  readonly #stop = new AbortController();
  readonly #widthMs: number;
  #looking: Promise<void> = Promise.resolve();

  /** @param ratePerSecond requests, of all sides */
  constructor(ratePerSecond: number) {
    this.#widthMs = Math.round(Math.min(1000, Math.max(200, 4000 / ratePerSecond)));
  }

  start(sides: readonly Side[], { healthPath, now }: { healthPath: string; now(): number }): void {
    const { signal } = this.#stop;
    this.#looking = (async () => {
      const agent = new Agent({ keepAlive: true });
      while (!signal.aborted) {
        await Promise.all(sides.map((side) => this.#look(side, { healthPath, now, agent })));
        await sleep(everyMs, undefined, { signal }).catch(() => {});
      }
      agent.destroy();
    })();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#looking;
  }

  /** What the two versions showed: the first while it had the traffic, the second since it was given it. */
  compared(
    sent: readonly Sent[],
    { from, to, fromMs, quietMs, moveMs, nowMs }: Times,
  ): { before: Shown; after: Shown } {
    const usual = usualOf(
      sent.filter(({ endMs }) => endMs < quietMs),
      from,
    );
    const indices = (side: string, startMs: number, toMs: number) =>
      indicesOf(sent, { side, fromMs: startMs + afterMoveMs, toMs, widthMs: this.#widthMs }, usual);
    return {
      before: {
        indices: indices(from, fromMs, quietMs),
        ...this.#shown({ busy: from, idle: to, fromMs, toMs: quietMs }),
      },
      after: {
        indices: indices(to, moveMs, nowMs),
        ...this.#shown({ busy: to, idle: from, fromMs: moveMs, toMs: nowMs }),
      },
    };
  }

  #shown({ busy, idle, fromMs, toMs }: { busy: string; idle: string; fromMs: number; toMs: number }) {
    const during = this.#looks.filter(({ atMs }) => atMs >= fromMs + afterMoveMs && atMs < toMs);
    return {
      memory: during.filter(({ side, mb }) => side === busy && mb > 0),
      healthMs: during.flatMap(({ side, healthMs }) => (side === idle && healthMs !== null ? [healthMs] : [])),
    };
  }

  async #look(side: Side, { healthPath, now, agent }: { healthPath: string; now(): number; agent: Agent }) {
    const atMs = now();
    const [first] = side.instances;
    const status = first === undefined ? null : await ask(`${first.url}${healthPath}`, agent);
    const healthMs = status === 200 ? now() - atMs : null;
    this.#looks.push({ side: side.name, atMs, mb: residentMb(side) ?? 0, healthMs });
  }
}
