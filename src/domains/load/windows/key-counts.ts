/**
 * Counts by whole number. Neighbouring samples mostly have the same key (a status, a size), so the last one is counted in a field, and looked up in the map
 * when another comes.
 */
export class KeyCounts {
  readonly #counts = new Map<number, number>();
  #key = -1;
  #pending = 0;

  add(key: number): void {
    if (key !== this.#key) {
      this.#settle();
      this.#key = key;
    }
    this.#pending++;
  }

  entries(): ReadonlyMap<number, number> {
    this.#settle();
    return this.#counts;
  }

  #settle(): void {
    if (this.#pending > 0) this.#counts.set(this.#key, (this.#counts.get(this.#key) ?? 0) + this.#pending);
    this.#pending = 0;
  }
}

/** 2 to the power of a quarter and of three quarters: where twice the logarithm is rounded up. */
const quarter = 2 ** 0.25;
const threeQuarters = 2 ** 0.75;

/** Twice the binary logarithm of a size, rounded. @param bytes whole, 1 to 2^32 − 1 */
export function sizeStep(bytes: number): number {
  const exponent = 31 - Math.clz32(bytes);
  const mantissa = bytes / ((1 << exponent) >>> 0);
  return 2 * exponent + (mantissa < quarter ? 0 : mantissa < threeQuarters ? 1 : 2);
}
