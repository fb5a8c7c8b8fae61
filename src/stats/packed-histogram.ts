import { highestEquivalentAt, type LatencyHistogram, lastSlot, slotOf } from './histogram.ts';

/** What intervals ask of the latencies of one window. */
export interface WindowLatencies {
  readonly count: number;
  /** Values above the bucket that holds `us`. */
  countAbove(us: number): number;
  /** Highest value equivalent to the one at percentile `p` (0 … 100), µs; null when empty. */
  percentile(p: number): number | null;
}

/** Room to pack in, which every histogram takes again. */
const packedSlots = new Uint32Array(lastSlot + 1);
const packedUpTo = new Float64Array(lastSlot + 1);

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
    const counts = this.count === 0 ? other.slots : this.#with(other.slots);
    let used = 0;
    let sum = 0;
    for (let slot = 0; slot < counts.length; slot++) {
      const count = counts[slot] as number;
      if (count === 0) continue;
      sum += count;
      packedSlots[used] = slot;
      packedUpTo[used++] = sum;
    }
    this.#slots = packedSlots.slice(0, used);
    this.#upTo = packedUpTo.slice(0, used);
  }

  /** Its counts and those, by index of HDR's counts array. */
  #with(slots: Float64Array): Float64Array {
    const counts = new Float64Array(Math.max(slots.length, (this.#slots.at(-1) ?? -1) + 1));
    counts.set(slots);
    this.#slots.forEach((slot, place) => {
      const before = place === 0 ? 0 : (this.#upTo[place - 1] as number);
      counts[slot] = (counts[slot] as number) + (this.#upTo[place] as number) - before;
    });
    return counts;
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
    return this.valueAtRank(Math.ceil(exact * (1 - 2 ** -50)));
  }

  /** Highest value equivalent to the `rank`-th smallest (1 … count, clamped), µs; null when empty. */
  valueAtRank(wanted: number): number | null {
    if (this.count === 0) return null;
    const rank = Math.max(1, wanted);
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
