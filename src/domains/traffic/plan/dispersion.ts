const binMs = 10;
const lengthMs = 3_600_000;

/** Counts arrivals of the first hour in bins of 10 ms. */
export class ArrivalCounts {
  #counts = new Uint32Array(1024);
  #last = -1;

  add(atMs: number): void {
    if (atMs < 0 || atMs >= lengthMs) return;
    const bin = Math.floor(atMs / binMs);
    if (bin >= this.#counts.length) {
      const larger = new Uint32Array(Math.max(bin + 1, this.#counts.length * 2));
      larger.set(this.#counts);
      this.#counts = larger;
    }
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    this.#last = Math.max(this.#last, bin);
  }

  /** Variance ÷ mean up to the last arrival: 1 for independent arrivals, more for bursts; null for fewer than two bins. */
  dispersion(): number | null {
    const bins = this.#last + 1;
    if (bins < 2) return null;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < bins; i++) {
      const count = this.#counts[i] ?? 0;
      sum += count;
      squares += count * count;
    }
    const mean = sum / bins;
    return (squares / bins - mean * mean) / mean;
  }
}
