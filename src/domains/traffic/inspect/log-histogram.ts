const width = Math.log(1.01);

/** Counts of non-negative values in buckets 1 % wide, so that percentiles of any number of them need little memory. */
export class LogHistogram {
  readonly #counts = new Map<number, number>();
  #zeros = 0;
  #count = 0;
  #max = 0;

  add(value: number): void {
    if (!(value >= 0) || !Number.isFinite(value)) return;
    this.#count++;
    if (value > this.#max) this.#max = value;
    if (value < 1e-6) {
      this.#zeros++;
      return;
    }
    const bucket = Math.floor(Math.log(value) / width);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
  }

  get count(): number {
    return this.#count;
  }

  /** Largest value, exact; null when nothing was added. */
  get max(): number | null {
    return this.#count === 0 ? null : this.#max;
  }

  /** Value at a share (0–1) by the nearest-rank method, within 0.5 %; null when nothing was added. */
  quantile(share: number): number | null {
    if (this.#count === 0) return null;
    const rank = Math.max(1, Math.ceil(share * this.#count));
    if (rank >= this.#count) return this.#max;
    let seen = this.#zeros;
    if (rank <= seen) return 0;
    for (const bucket of [...this.#counts.keys()].sort((a, b) => a - b)) {
      seen += this.#counts.get(bucket) ?? 0;
      if (rank <= seen) return Math.min(this.#max, Math.exp((bucket + 0.5) * width));
    }
    return this.#max;
  }
}
