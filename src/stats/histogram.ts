const subBucketHalfMagnitude = 10;
const subBucketHalfCount = 1 << subBucketHalfMagnitude;
const subBucketMask = 2 * subBucketHalfCount - 1;
/** Leading zeros of a value that fits the first bucket. */
const firstBucketZeros = 31 - subBucketHalfMagnitude;

/** Largest value a histogram distinguishes, in µs (35.8 min); larger ones are counted here and in `clamped`. */
export const maximumUs = 2 ** 31 - 1;
/** Significant decimal digits kept: a bucket is at most 1/1024 of its value wide. */
export const significantDigits = 3;

/** Highest index of HDR's counts array. */
export const lastSlot = ((firstBucketZeros + 1) << subBucketHalfMagnitude) - 1;

/** Latencies buffered before they are counted: at first, and at most. */
const fewPending = 64;
const manyPending = 1024;
const noCounts = new Float64Array(0);
const nonePending = new Uint32Array(0);

function lowestAt(index: number): number {
  const bucket = (index >>> subBucketHalfMagnitude) - 1;
  return bucket < 0 ? index : ((index & (subBucketHalfCount - 1)) + subBucketHalfCount) * 2 ** bucket;
}

function highestAt(index: number): number {
  const bucket = (index >>> subBucketHalfMagnitude) - 1;
  return lowestAt(index) + (bucket <= 0 ? 0 : 2 ** bucket - 1);
}

function indexOf(us: number): number {
  const bucket = firstBucketZeros - Math.clz32(us | subBucketMask);
  return (bucket << subBucketHalfMagnitude) + (us >>> bucket);
}

/** Highest value of the bucket at `index` of HDR's counts array, µs. */
export function highestEquivalentAt(index: number): number {
  return highestAt(index);
}

/** Index in HDR's counts array of the bucket that holds `us`. */
export function slotOf(us: number): number {
  return indexOf(Math.min(Math.max(us, 0), maximumUs));
}

/** Least value that a histogram does not distinguish from `us`. */
export function lowestEquivalent(us: number): number {
  return lowestAt(indexOf(Math.min(Math.max(us, 0), maximumUs)));
}

/**
 * Counts of latencies in whole microseconds, 0 … `maximumUs`, in the bucket layout of HdrHistogram (unit magnitude 0, three
 * significant digits; https://github.com/HdrHistogram/HdrHistogram), so that its tools read what is written here. Percentiles are
 * within 0.1 % of an exact sort. Histograms merge exactly, in any order; memory grows with the largest value (16 kB … 180 kB).
 */
export class LatencyHistogram {
  #settled = noCounts;
  #count = 0;
  #clamped = 0;
  /** Latencies not yet in `#settled`: one after the other in memory they cost less than each in its far-off bucket. */
  #pending = nonePending;
  #pendingCount = 0;

  /** Counts one latency in µs; fractions are dropped, negative ones count as 0. */
  record(us: number): void {
    // One comparison on the way of every sample: NaN, negative and too large values all fail it.
    if (!(us >= 0 && us <= maximumUs)) {
      this.recordMany(us, 1);
      return;
    }
    if (this.#pendingCount === this.#pending.length) this.#makeRoom();
    this.#pending[this.#pendingCount++] = us;
    this.#count++;
  }

  /**
   * Counts the same latency `count` times.
   * @throws RangeError for NaN
   */
  recordMany(us: number, count: number): void {
    if (Number.isNaN(us)) throw new RangeError('A latency must be a number of microseconds.');
    if (us > maximumUs) this.#clamped += count;
    this.addAt(indexOf(Math.min(Math.max(us, 0), maximumUs)), count);
  }

  /** Adds to the bucket at `index` of HDR's counts array; for decoders. @throws RangeError past the last bucket */
  addAt(index: number, count: number): void {
    if (!(index >= 0 && index <= lastSlot))
      throw new RangeError(`No bucket ${index} in a histogram up to 2^31 − 1 µs.`);
    if (index >= this.#settled.length) this.#grow(index);
    this.#settled[index] = (this.#settled[index] as number) + count;
    this.#count += count;
  }

  /** Adds all of `other`'s counts to these. */
  add(other: LatencyHistogram): void {
    const from = other.#counts;
    const last = other.lastIndex;
    if (last >= this.#settled.length) this.#grow(last);
    const to = this.#settled;
    for (let i = 0; i <= last; i++) to[i] = (to[i] as number) + (from[i] as number);
    this.#count += other.#count;
    this.#clamped += other.#clamped;
  }

  /** Empties it, keeping its memory for the next window. */
  reset(): void {
    this.#settled.fill(0);
    this.#count = 0;
    this.#clamped = 0;
    this.#pendingCount = 0;
  }

  get count(): number {
    return this.#count;
  }

  /** How many values were larger than `maximumUs`; not kept by the standard payload. */
  get clamped(): number {
    return this.#clamped;
  }

  /** Lowest value of the lowest bucket in use, µs; null when empty. */
  get min(): number | null {
    const index = this.#counts.findIndex((count) => count > 0);
    return index < 0 ? null : lowestAt(index);
  }

  /** Highest value of the highest bucket in use, µs; null when empty. */
  get max(): number | null {
    const index = this.lastIndex;
    return index < 0 ? null : highestAt(index);
  }

  /** Mean of the buckets' middles, µs; null when empty. */
  get mean(): number | null {
    if (this.#count === 0) return null;
    let sum = 0;
    this.forEach((low, high, count) => {
      sum += ((low + high) / 2) * count;
    });
    return sum / this.#count;
  }

  /** Index of the highest bucket in use in HDR's counts array; −1 when empty. */
  get lastIndex(): number {
    const counts = this.#counts;
    let index = counts.length - 1;
    while (index >= 0 && counts[index] === 0) index--;
    return index;
  }

  /** The counts by index of HDR's counts array, up to the highest in use: a view, to be read at once and never written. */
  get slots(): Float64Array {
    return this.#counts.subarray(0, this.lastIndex + 1);
  }

  /** Count in the bucket at `index` of HDR's counts array. */
  countAt(index: number): number {
    return this.#counts[index] ?? 0;
  }

  /** Highest value equivalent to the one at percentile `p` (0 … 100), µs: the ⌈p/100 · n⌉-th smallest. Null when empty. */
  percentile(p: number): number | null {
    const exact = (Math.min(Math.max(p, 0), 100) / 100) * this.#count;
    // 99.9 % of 1000 is 999, though it is a hair more in floating point.
    return this.valueAtRank(Math.ceil(exact * (1 - 2 ** -50)));
  }

  /** Highest value equivalent to the `rank`-th smallest (1 … count, clamped), µs; null when empty. */
  valueAtRank(rank: number): number | null {
    if (this.#count === 0) return null;
    const wanted = Math.min(Math.max(rank, 1), this.#count);
    const counts = this.#counts;
    let seen = 0;
    for (let i = 0; i < counts.length; i++) {
      seen += counts[i] as number;
      if (seen >= wanted) return highestAt(i);
    }
    return this.max;
  }

  /** Values up to the bucket that holds `us`, that bucket included. */
  countAtOrBelow(us: number): number {
    if (us < 0) return 0;
    const counts = this.#counts;
    const last = indexOf(Math.min(us, maximumUs));
    let seen = 0;
    for (let i = 0; i <= last && i < counts.length; i++) seen += counts[i] as number;
    return seen;
  }

  /** Values above the bucket that holds `us`. */
  countAbove(us: number): number {
    return this.#count - this.countAtOrBelow(us);
  }

  /** Visits the buckets in use from low to high; `low` and `high` are the least and largest value each can hold, µs. */
  forEach(visit: (low: number, high: number, count: number) => void): void {
    const counts = this.#counts;
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i] as number;
      if (count > 0) visit(lowestAt(i), highestAt(i), count);
    }
  }

  /** Every count in its bucket. */
  get #counts(): Float64Array {
    if (this.#pendingCount > 0) this.#settle();
    return this.#settled;
  }

  #makeRoom(): void {
    if (this.#pending.length === manyPending) {
      this.#settle();
      return;
    }
    const pending = new Uint32Array(Math.max(fewPending, this.#pending.length * 4));
    pending.set(this.#pending);
    this.#pending = pending;
  }

  #settle(): void {
    const pending = this.#pending;
    const length = this.#pendingCount;
    this.#pendingCount = 0;
    let all = 0;
    for (let i = 0; i < length; i++) all |= pending[i] as number;
    // No pending value is above this one, so that room is made once.
    const top = indexOf(all);
    if (top >= this.#settled.length) this.#grow(top);
    const counts = this.#settled;
    for (let i = 0; i < length; i++) {
      const us = pending[i] as number;
      const bucket = firstBucketZeros - Math.clz32(us | subBucketMask);
      const index = (bucket << subBucketHalfMagnitude) + (us >>> bucket);
      counts[index] = (counts[index] as number) + 1;
    }
  }

  #grow(index: number): void {
    const slots = ((index >>> subBucketHalfMagnitude) + 1) << subBucketHalfMagnitude;
    const counts = new Float64Array(slots);
    counts.set(this.#settled);
    this.#settled = counts;
  }
}
