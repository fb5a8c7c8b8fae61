const maxBins = 2_000_000;
const segmentBins = 10_000;

/**
 * Counts arrivals in bins of one width. Recordings longer than two million bins are counted in 200 periods of 10,000 bins,
 * evenly spaced, so that memory does not grow with their length.
 */
export class ArrivalBins {
  readonly binMs: number;
  readonly #bins: Uint32Array;
  readonly #segments: number;
  readonly #strideMs: number;

  constructor(durationMs: number, binMs: number) {
    this.binMs = binMs;
    const total = Math.floor(durationMs / binMs) + 1;
    this.#segments = total <= maxBins ? 1 : maxBins / segmentBins;
    this.#strideMs = (total * binMs) / this.#segments;
    this.#bins = new Uint32Array(this.#segments === 1 ? total : maxBins);
  }

  /** Only some periods of the recording are counted. */
  get sampled(): boolean {
    return this.#segments > 1;
  }

  add(atMs: number): void {
    if (this.#segments === 1) {
      const bin = Math.floor(atMs / this.binMs);
      if (bin >= 0 && bin < this.#bins.length) this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
      return;
    }
    const segment = Math.floor(atMs / this.#strideMs);
    const bin = Math.floor((atMs - segment * this.#strideMs) / this.binMs);
    if (segment < 0 || segment >= this.#segments || bin >= segmentBins) return;
    const index = segment * segmentBins + bin;
    this.#bins[index] = (this.#bins[index] ?? 0) + 1;
  }

  /** Index of dispersion: variance ÷ mean of the counts, 1 for a Poisson process; null with fewer than ten bins. */
  dispersion(): number | null {
    if (this.#bins.length < 10) return null;
    let sum = 0;
    let squares = 0;
    for (const count of this.#bins) {
      sum += count;
      squares += count * count;
    }
    if (sum === 0) return null;
    const mean = sum / this.#bins.length;
    return (squares / this.#bins.length - mean * mean) / mean;
  }

  /** Fullest bin: its count, and its start after the recording's. */
  peak(): { count: number; atMs: number } {
    let best = 0;
    for (let bin = 1; bin < this.#bins.length; bin++) {
      if ((this.#bins[bin] ?? 0) > (this.#bins[best] ?? 0)) best = bin;
    }
    const segment = this.#segments === 1 ? 0 : Math.floor(best / segmentBins);
    const within = this.#segments === 1 ? best : best % segmentBins;
    return { count: this.#bins[best] ?? 0, atMs: segment * this.#strideMs + within * this.binMs };
  }
}
