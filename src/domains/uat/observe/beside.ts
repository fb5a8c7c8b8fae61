import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bounded } from './bounded.ts';
import type { Checked } from './scan.ts';

/** Within a run's folder, while it goes on: what was checked beside the scenarios, for the reporter to take. */
export const besideFolder = '.beside';

/** Copies of pages hold what they were answered with. */
const mostWaiting = 4;

export interface Beside {
  /**
   * Starts it when nothing else of its kind is going on, be it beside a later scenario.
   * @returns by what name its result will be known; one that never comes was not done
   */
  hand(task: () => Promise<Checked[]>): string;
  /** Waits while too much is waiting. */
  room(limitMs: number): Promise<void>;
  /** Nothing more is begun. */
  abandon(): void;
  /** Waits for all that was handed over. */
  finish(limitMs: number): Promise<void>;
  /** Signatures of the states in which pages were opened by their addresses. */
  readonly opened: Map<string, string>;
}

/**
 * What a worker checks beside the scenarios that it runs, one after the other, beside the next ones too: a scenario need not wait for what is not
 * its own.
 * @param folder of the run
 */
export function besideOf(folder: string): Beside {
  const at = join(folder, besideFolder);
  const opened = new Map<string, string>();
  const waiting: Promise<void>[] = [];
  let last: Promise<void> = Promise.resolve();
  let isOn = true;
  const keep = (id: string, checked: readonly Checked[]) => {
    mkdirSync(at, { recursive: true, mode: 0o700 });
    const file = join(at, `${id}.json`);
    // Whole or not at all.
    writeFileSync(`${file}.part`, JSON.stringify({ id, checked }), { mode: 0o600 });
    renameSync(`${file}.part`, file);
  };
  return {
    opened,
    hand(task) {
      const id = randomUUID();
      // What fails, or cannot be written, has no result, which is said.
      const done = last
        .then(async () => {
          if (isOn) keep(id, await task());
        })
        .catch(() => {})
        .finally(() => void waiting.splice(waiting.indexOf(done), 1));
      waiting.push(done);
      last = done;
      return id;
    },
    async room(limitMs) {
      const tooMany = waiting.length - mostWaiting;
      if (tooMany > 0) await bounded(waiting[tooMany - 1] ?? last, limitMs);
    },
    abandon() {
      isOn = false;
    },
    async finish(limitMs) {
      await bounded(last, limitMs);
      isOn = false;
    },
  };
}
