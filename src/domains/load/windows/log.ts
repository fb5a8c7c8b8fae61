import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatInterval } from '../../../stats/hlog.ts';
import { appendText, closeLog, openLog } from './log-file.ts';
import type { MergeLengths } from './merging.ts';
import { RecentWindows, type RotationStep } from './recent.ts';
import type { ClosedWindow } from './result.ts';
import type { Window } from './window.ts';

const names = ['response', 'service'] as const;

export interface WindowLogOptions {
  /** Made if it is not there. */
  folder: string;
  windowMs: number;
  /** When the run's clock read zero. */
  startedAt: Date;
  /** Absent: every window stays as it is. */
  merge?: MergeLengths;
  /** Called before each step of a merge. */
  onStep?(step: RotationStep): void;
}

/**
 * Appends windows to `response.hlog` and `service.hlog` (HdrHistogram interval logs). Those that are still to be merged are in
 * `response.recent.hlog` and `service.recent.hlog` meanwhile. Each write is a system call of its own, so that a killed harness loses no
 * window that was closed.
 */
export class WindowLog {
  #files: Record<(typeof names)[number], { whole: number; recent: RecentWindows | null }>;
  #options: WindowLogOptions;

  constructor(options: WindowLogOptions) {
    const { folder, windowMs, startedAt, merge, onStep } = options;
    mkdirSync(folder, { recursive: true });
    this.#options = options;
    const open = (name: (typeof names)[number]) => {
      const whole = openLog(join(folder, `${name}.hlog`), startedAt);
      const lengths = merge?.[name];
      if (lengths === undefined || Math.max(lengths.all, lengths.routes) <= windowMs) return { whole, recent: null };
      const file = join(folder, `${name}.recent.hlog`);
      return {
        whole,
        recent: new RecentWindows({ file, whole, windowMs, startedAt, lengths, ...(onStep && { onStep }) }),
      };
    };
    this.#files = { response: open('response'), service: open('service') };
  }

  append(window: Window, closed: ClosedWindow): void {
    const apart = closed.result.invalid !== null ? 'invalid.' : closed.result.excluded === undefined ? '' : 'excluded.';
    for (const name of names) {
      const lines = [{ tag: 'all', text: this.#line('all', window.index, closed[name]) }];
      window.routes.forEach((tally, route) => {
        if (tally === undefined || tally[name].count === 0) return;
        lines.push({ tag: `r${route}`, text: this.#line(`r${route}`, window.index, tally[name]) });
      });
      window.groups.forEach((tally, group) => {
        if (tally === undefined || tally[name].count === 0) return;
        lines.push({ tag: `g${group}`, text: this.#line(`g${group}`, window.index, tally[name]) });
      });
      const { whole, recent } = this.#files[name];
      const kept = lines.filter(({ tag }) => recent === null || !recent.merges(tag));
      if (kept.length > 0) appendText(whole, kept.map(({ text }) => text).join(''));
      recent?.append(
        window.index,
        apart,
        lines.filter(({ tag }) => recent.merges(tag)),
      );
    }
  }

  /** The event of this window could not be written: it is not merged with others, so that it does not count. */
  forget(index: number): void {
    for (const { recent } of Object.values(this.#files)) recent?.forget(index);
  }

  /** Merges what is left. */
  close(): void {
    for (const { whole, recent } of Object.values(this.#files)) {
      recent?.close();
      closeLog(whole);
    }
  }

  #line(tag: string, index: number, histogram: ClosedWindow['response']): string {
    const { windowMs } = this.#options;
    return formatInterval({ tag, startSec: (index * windowMs) / 1000, lengthSec: windowMs / 1000, histogram });
  }
}
