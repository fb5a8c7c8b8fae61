import { setTimeout as sleep } from 'node:timers/promises';
import { connected } from '../target.ts';

const betweenMs = 600;

/** A client that reads the tables in a transaction and then sits there, as a forgotten session does, again and again. */
export class Blocker {
  readonly #stop = new AbortController();
  readonly #sitting: Promise<void>;
  heldMs = 0;
  times = 0;

  /** @param tables as SQL names them @param eachMs how long each transaction lasts */
  constructor(url: string, tables: readonly string[], eachMs: number) {
    const { signal } = this.#stop;
    this.#sitting = (async () => {
      const client = await connected(url, 'shakedown-idle');
      try {
        while (!signal.aborted) {
          await client.query('BEGIN');
          for (const table of tables) await client.query(`SELECT 1 FROM ${table} LIMIT 1`);
          const began = performance.now();
          this.times++;
          await sleep(eachMs, undefined, { signal }).catch(() => {});
          this.heldMs += performance.now() - began;
          await client.query('COMMIT');
          await sleep(betweenMs, undefined, { signal }).catch(() => {});
        }
      } finally {
        await client.end().catch(() => {});
      }
    })();
    this.#sitting.catch(() => {});
  }

  /** @throws Error where it could not do what it was for */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#sitting;
  }
}
