import { highestEquivalentAt, type LatencyHistogram, slotOf } from './histogram.ts';

/** What intervals ask of the latencies of one window. */
export interface WindowLatencies {
  readonly count: number;
  /** Values above the bucket that holds `us`. */
  countAbove(us: number): number;
  /** Highest value equivalent to the one at percentile `p` (0 … 100), µs; null when empty. */
  percentile(p: number): number | null;
}

/**
 * The buckets in use of a histogram and nothing else, so that hundreds of windows fit into memory: some kilobytes each, where a
 * `LatencyHistogram` takes up to 180. Reads as that does; more can be added.
 */
export class PackedHistogram implements WindowLatencies {
  /** Indices of HDR's counts array, rising, and the counts up to and with each. */
  #slots = new Uint32Array(0);
  #upTo = new Float64Array(0);

  /** Adds all of `other`'s counts to these. */
  add(other: LatencyHistogram): void {
    const counts = new Map<number, number>();
    this.#slots.forEach((slot, i) => {
      counts.set(slot, (this.#upTo[i] as number) - (i === 0 ? 0 : (this.#upTo[i - 1] as number)));
    });
    other.slots.forEach((count, slot) => {
      if (count > 0) counts.set(slot, (counts.get(slot) ?? 0) + count);
    });
    this.#slots = Uint32Array.from(counts.keys()).sort();
    let sum = 0;
    this.#upTo = Float64Array.from(this.#slots, (slot) => {
      sum += counts.get(slot) ?? 0;
      return sum;
    });
  }

  get count(): number {
    return this.#upTo.at(-1) ?? 0;
  }

  countAbove(us: number): number {
    const slot = slotOf(us);
    const above = first(this.#slots.length, (i) => (this.#slots[i] as number) > slot);
    return this.count - (above === 0 ? 0 : (this.#upTo[above - 1] as number));
  }

  percentile(p: number): number | null {
    if (this.count === 0) return null;
    const exact = (Math.min(Math.max(p, 0), 100) / 100) * this.count;
    const rank = Math.max(1, Math.ceil(exact * (1 - 2 ** -50)));
    const place = first(this.#upTo.length - 1, (i) => (this.#upTo[i] as number) >= rank);
    return highestEquivalentAt(this.#slots[place] as number);
  }
}

/** The first of 0 … `length` − 1 from which on `holds`, by bisection; `length` where none does. */
function first(length: number, holds: (i: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
