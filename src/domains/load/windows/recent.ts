import { closeSync, fsyncSync, readFileSync, rmSync } from 'node:fs';
import { removeParts, replaceFileSync } from '../../../evidence/atomic-file.ts';
import { LatencyHistogram } from '../../../stats/histogram.ts';
import { formatInterval, histogramLogHeader, parseInterval } from '../../../stats/hlog.ts';
import { decodeHistogramInto } from '../../../stats/payload.ts';
import { appendText, openLog } from './log-file.ts';

/** What a merge is about to do; a process that ends at any of them has lost nothing. */
export type RotationStep = 'merge' | 'append' | 'sync' | 'write' | 'rename' | 'renamed';

export interface RecentOptions {
  /** Of the windows that are still to be merged. */
  file: string;
  /** The log that takes the merged ones, open to append to. */
  whole: number;
  windowMs: number;
  startedAt: Date;
  /** Of the merged intervals, ms. */
  lengths: { all: number; routes: number };
  onStep?(step: RotationStep): void;
}

interface Line {
  tag: string;
  text: string;
}

/** Windows of one tag that become one interval. */
interface Merging {
  tag: string;
  first: number;
  last: number;
  histogram: LatencyHistogram;
}

/** Windows that are not judged are merged among themselves, by why they are not, under a tag that says so. */
export type Apart = '' | 'invalid.' | 'excluded.';

/**
 * The windows of a log that are still to be merged. When an interval is complete, its windows are merged into the whole log, that is synced,
 * and a new file without them takes the place of this one. Until it does, readers (src/load/windows/read.ts) go by the windows here and pass
 * the merged interval over: so a process that is killed at any moment leaves every window once.
 */
export class RecentWindows {
  #options: RecentOptions;
  #fd: number;
  /** Windows of this process, by how each is distinguished. What an earlier one left behind stays as it is: not all of it may count. */
  #own = new Map<number, Apart>();
  /** Windows before these have been merged. */
  #mergedBelow = { all: 0, routes: 0 };

  constructor(options: RecentOptions) {
    this.#options = options;
    removeParts(options.file);
    this.#fd = openLog(options.file, options.startedAt);
  }

  /** Whether intervals of this tag are longer than a window. */
  merges(tag: string): boolean {
    return this.#lengthOf(tag) > this.#options.windowMs;
  }

  /** Takes a window in. What comes before it was written into the journal meanwhile, and is merged where an interval is complete. */
  append(index: number, apart: Apart, lines: readonly Line[]): void {
    this.#mergeBelow(index, false);
    if (lines.length > 0) appendText(this.#fd, lines.map(({ text }) => text).join(''));
    this.#own.set(index, apart);
  }

  /** Leaves a window unmerged: the event that makes it count could not be written. */
  forget(index: number): void {
    this.#own.delete(index);
  }

  /** Merges what is left, and removes the file when nothing is in it any more. */
  close(): void {
    const left = this.#mergeBelow(Number.POSITIVE_INFINITY, true);
    closeSync(this.#fd);
    if (left === 0) rmSync(this.#options.file, { force: true });
  }

  /** Merges the intervals that end before this window. @returns how many windows' lines are left, null when that was not looked at */
  #mergeBelow(index: number, force: boolean): number | null {
    const { windowMs, lengths } = this.#options;
    const end = (length: number) => {
      const windows = Math.round(length / windowMs);
      return force ? index : Math.floor(index / windows) * windows;
    };
    const below = { all: end(lengths.all), routes: end(lengths.routes) };
    const due = below.all > this.#mergedBelow.all || below.routes > this.#mergedBelow.routes;
    if (!due || this.#own.size === 0) return force ? this.#lines().length : null;
    try {
      const left = this.#rotate(below);
      this.#mergedBelow = below;
      const oldest = Math.min(below.all, below.routes);
      for (const own of this.#own.keys()) if (own < oldest) this.#own.delete(own);
      return left;
    } catch {
      // No room, most likely: the windows are safe where they are, and the next one tries again.
      return null;
    }
  }

  #rotate(below: { all: number; routes: number }): number {
    const { file, whole, startedAt, onStep } = this.#options;
    onStep?.('merge');
    const kept: string[] = [];
    const merging = new Map<string, Merging>();
    for (const text of this.#lines()) {
      if (!this.#take(text, below, merging)) kept.push(text);
    }
    const order = [...merging.values()].sort((a, b) => a.first - b.first);
    onStep?.('append');
    appendText(whole, order.map((one) => this.#formatted(one)).join(''));
    onStep?.('sync');
    fsyncSync(whole);
    onStep?.('write');
    const text = [histogramLogHeader(startedAt), ...kept.map((line) => `${line}\n`)].join('');
    replaceFileSync(file, text, { mode: 0o600, durable: true, beforeRename: () => onStep?.('rename') });
    onStep?.('renamed');
    closeSync(this.#fd);
    this.#fd = openLog(file, startedAt);
    return kept.length;
  }

  /** Adds a line to the interval that it belongs to; false when it is to stay. */
  #take(text: string, below: { all: number; routes: number }, merging: Map<string, Merging>): boolean {
    const { windowMs } = this.#options;
    const interval = parseInterval(text);
    if (interval === null) return false;
    const { startSec, payload } = interval;
    const index = Math.round((startSec * 1000) / windowMs);
    const apart = this.#own.get(index);
    if (apart === undefined || index >= (interval.tag === 'all' ? below.all : below.routes)) return false;
    const tag = `${apart}${interval.tag}`;
    const place = Math.floor((index * windowMs) / this.#lengthOf(interval.tag));
    const key = `${tag} ${place}`;
    let into = merging.get(key);
    if (into === undefined) {
      into = { tag, first: index, last: index, histogram: new LatencyHistogram() };
      merging.set(key, into);
    }
    into.first = Math.min(into.first, index);
    into.last = Math.max(into.last, index);
    decodeHistogramInto(payload, into.histogram);
    return true;
  }

  #formatted({ tag, first, last, histogram }: Merging): string {
    const { windowMs } = this.#options;
    const [startSec, lengthSec] = [(first * windowMs) / 1000, ((last + 1 - first) * windowMs) / 1000];
    return formatInterval({ tag, startSec, lengthSec, histogram });
  }

  #lines(): string[] {
    const text = readFileSync(this.#options.file, 'latin1');
    return text.split('\n').filter((line) => line.startsWith('Tag='));
  }

  #lengthOf(tag: string): number {
    const { all, routes } = this.#options.lengths;
    return tag === 'all' ? all : routes;
  }
}
