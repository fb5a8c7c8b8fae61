import { type Counted, windowsAtMost } from './clustered.ts';

/** Failures by window in the order of time, of any number of windows: neighbours are joined so that few are kept. */
export class WindowCounts {
  #batches: Counted[] = [];
  #each = 1;
  /** Windows in the last batch. */
  #inLast = 0;

  add({ failed, of }: Counted): void {
    const last = this.#batches.at(-1);
    if (last !== undefined && this.#inLast < this.#each) {
      last.failed += failed;
      last.of += of;
      this.#inLast++;
      return;
    }
    if (this.#batches.length === 2 * windowsAtMost) this.#join();
    this.#batches.push({ failed, of });
    this.#inLast = 1;
  }

  get windows(): readonly Counted[] {
    return this.#batches;
  }

  #join(): void {
    const batches: Counted[] = [];
    for (let i = 0; i < this.#batches.length; i += 2) {
      const [one, next] = [this.#batches[i] as Counted, this.#batches[i + 1] as Counted];
      batches.push({ failed: one.failed + next.failed, of: one.of + next.of });
    }
    this.#batches = batches;
    this.#each *= 2;
    this.#inLast = this.#each;
  }
}
