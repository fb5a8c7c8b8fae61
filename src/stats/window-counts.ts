import { type Counted, windowsAtMost } from './clustered.ts';

interface Batch extends Counted {
  /** When its first window began. */
  startMs: number;
  /** When its last one began. */
  lastMs: number;
}

/** Failures by window in the order of time, of any number of windows: neighbours are joined so that few are kept. */
export class WindowCounts {
  #batches: Batch[] = [];
  #each = 1;
  /** Windows in the last batch. */
  #inLast = 0;

  /** @param startMs when the window began, where that is asked for */
  add({ failed, of }: Counted, startMs = 0): void {
    const last = this.#batches.at(-1);
    if (last !== undefined && this.#inLast < this.#each) {
      last.failed += failed;
      last.of += of;
      last.lastMs = startMs;
      this.#inLast++;
      return;
    }
    if (this.#batches.length === 2 * windowsAtMost) this.#join();
    this.#batches.push({ failed, of, startMs, lastMs: startMs });
    this.#inLast = 1;
  }

  get windows(): readonly Batch[] {
    return this.#batches;
  }

  #join(): void {
    const batches: Batch[] = [];
    for (let i = 0; i < this.#batches.length; i += 2) {
      const [one, next] = this.#batches.slice(i, i + 2) as [Batch, Batch];
      batches.push({
        failed: one.failed + next.failed,
        of: one.of + next.of,
        startMs: one.startMs,
        lastMs: next.lastMs,
      });
    }
    this.#batches = batches;
    this.#each *= 2;
    this.#inLast = this.#each;
  }
}
