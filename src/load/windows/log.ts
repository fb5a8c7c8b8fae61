import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LatencyHistogram } from '../../stats/histogram.ts';
import { formatInterval, histogramLogHeader } from '../../stats/hlog.ts';
import type { ClosedWindow } from './result.ts';
import type { Window } from './window.ts';

/** Longer than any line. */
const lineBytesAtMost = 1 << 20;

/**
 * Appends windows to `response.hlog` and `service.hlog` (HdrHistogram interval logs). Each write is a system call of its own, so that a
 * killed harness loses no window that was closed.
 */
export class WindowLog {
  #files: { response: number; service: number };
  #windowMs: number;

  /** @param folder made if it is not there; @param startedAt when the run's clock read zero */
  constructor(folder: string, windowMs: number, startedAt: Date) {
    mkdirSync(folder, { recursive: true });
    this.#windowMs = windowMs;
    this.#files = {
      response: openLog(join(folder, 'response.hlog')),
      service: openLog(join(folder, 'service.hlog')),
    };
    for (const file of Object.values(this.#files)) {
      if (fstatSync(file).size === 0) writeSync(file, histogramLogHeader(startedAt));
    }
  }

  append(window: Window, closed: ClosedWindow): void {
    for (const which of ['response', 'service'] as const) {
      let text = this.#line('all', window, closed[which]);
      window.routes.forEach((tally, route) => {
        if (tally !== undefined && tally[which].count > 0) text += this.#line(`r${route}`, window, tally[which]);
      });
      writeWhole(this.#files[which], text);
    }
  }

  close(): void {
    for (const file of Object.values(this.#files)) closeSync(file);
  }

  #line(tag: string, window: Window, histogram: LatencyHistogram): string {
    return formatInterval({
      tag,
      startSec: (window.index * this.#windowMs) / 1000,
      lengthSec: this.#windowMs / 1000,
      histogram,
    });
  }
}

/** @throws Error of the system; a part that was written is taken back, for a torn line would swallow the next one */
function writeWhole(fd: number, text: string): void {
  const { size } = fstatSync(fd);
  const bytes = Buffer.from(text);
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
  } catch (error) {
    ftruncateSync(fd, size);
    throw error;
  }
}

/** Opens a log to append to. A line that a killed run left unfinished is taken away: it would swallow the next. */
function openLog(file: string): number {
  const fd = openSync(file, 'a+');
  const { size } = fstatSync(fd);
  const tail = Buffer.alloc(Math.min(size, lineBytesAtMost));
  readSync(fd, tail, 0, tail.length, size - tail.length);
  const end = tail.lastIndexOf(0x0a);
  if (end + 1 < tail.length) ftruncateSync(fd, size - tail.length + end + 1);
  return fd;
}
