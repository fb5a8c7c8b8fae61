const maxBuckets = 120;
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
/** Widths that a reader can name. */
const widthsMs = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
];

/** Requests a second over time, in at most 120 buckets. */
export class RateCurve {
  readonly #bucketMs: number;
  readonly #durationMs: number;
  readonly #counts: number[];

  constructor(durationMs: number) {
    this.#durationMs = durationMs;
    this.#bucketMs =
      widthsMs.find((width) => durationMs / width < maxBuckets) ?? Math.ceil(durationMs / day / (maxBuckets - 1)) * day;
    this.#counts = new Array<number>(Math.floor(durationMs / this.#bucketMs) + 1).fill(0);
  }

  add(atMs: number): void {
    const bucket = Math.floor(atMs / this.#bucketMs);
    const count = this.#counts[bucket];
    if (count !== undefined) this.#counts[bucket] = count + 1;
  }

  /** The last bucket may be cut short by the recording's end: its rate is over the part that was recorded. */
  result(): { bucketMs: number; perSecond: number[] } {
    const last = this.#counts.length - 1;
    const lastMs = this.#durationMs - last * this.#bucketMs;
    // Too little of a bucket makes one request look like a burst: it is joined to the one before.
    const cut = last > 0 && lastMs < this.#bucketMs / 4;
    const counts = cut ? this.#counts.slice(0, last) : this.#counts;
    const perSecond = counts.map((count, bucket) => {
      if (bucket < counts.length - 1) return (count / this.#bucketMs) * second;
      const joined = cut ? count + (this.#counts[last] ?? 0) : count;
      const widthMs = cut ? this.#bucketMs + lastMs : last === 0 ? this.#bucketMs : lastMs;
      return (joined / widthMs) * second;
    });
    return { bucketMs: this.#bucketMs, perSecond: perSecond.map((rate) => Math.round(rate * 1000) / 1000) };
  }
}
