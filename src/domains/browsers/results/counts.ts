import type { ValueCounts } from '../../../model/browser-visits.ts';
import type { Interval } from '../../../model/verdict.ts';
import { percentileRanks } from '../../../stats/intervals.ts';

/** Values with how often each was seen: as exact as they were kept, whatever their number. */
export class Counts {
  readonly #counts = new Map<number, number>();
  #total = 0;

  add(counts: Iterable<readonly [value: number, count: number]>): void {
    for (const [value, count] of counts) {
      this.#counts.set(value, (this.#counts.get(value) ?? 0) + count);
      this.#total += count;
    }
  }

  get total(): number {
    return this.#total;
  }

  values(): ValueCounts {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }

  /**
   * @param share 0 … 1
   * @param above so many more that are greater than any; a percentile among them is Infinity
   * @returns null where there is none
   */
  quantile(share: number, above = 0): number | null {
    const n = this.#total + above;
    return n === 0 ? null : this.#atRank(Math.max(1, Math.ceil(share * n)));
  }

  get max(): number | null {
    return this.#total === 0 ? null : this.#atRank(this.#total);
  }

  /** Between the order statistics that bound the 75th percentile; `high` is Infinity where none does. */
  interval(confidence: number, above = 0): Interval | null {
    const n = this.#total + above;
    if (n === 0) return null;
    const ranks = percentileRanks(n, 75, confidence);
    return { low: ranks.low < 1 ? 0 : this.#atRank(ranks.low), high: this.#atRank(ranks.high), confidence };
  }

  #atRank(rank: number): number {
    let seen = 0;
    for (const [value, count] of this.values()) {
      seen += count;
      if (seen >= rank) return value;
    }
    return Number.POSITIVE_INFINITY;
  }
}
