import type { MetricDescription } from '../../model/watch.ts';

/** Shares are kept to a tenth of a percent, up to twice the limit: what a metric needs is the same after a day as after a minute. */
const binsPerPercent = 10;
const bins = 200 * binsPerPercent + 1;
const percentile = 0.95;
const judgedKinds: ReadonlySet<MetricDescription['kind']> = new Set(['cpu', 'memory', 'descriptors', 'disk']);

/** A processor may well be busy for a moment: what counts as its peak is the mean of a minute, of so many readings at the least. */
const minuteMs = 60_000;
const readingsOfAMinute = 3;

/** How often a resource took which share of its limit. */
export class LimitShares {
  #counts = new Uint32Array(bins);
  samples = 0;
  #highest = 0;
  #minute = { index: -1, sum: 0, count: 0 };
  #highestMinute: number | null = null;

  add(value: number, limit: number, atMs: number): void {
    const share = (100 * value) / limit;
    this.#highest = Math.max(this.#highest, share);
    const index = Math.floor(atMs / minuteMs);
    if (index !== this.#minute.index) this.#minute = { index, sum: 0, count: 0 };
    this.#minute.sum += share;
    this.#minute.count++;
    if (this.#minute.count >= readingsOfAMinute)
      this.#highestMinute = Math.max(this.#highestMinute ?? 0, this.#minute.sum / this.#minute.count);
    const bin = Math.round((100 * binsPerPercent * value) / limit);
    const at = Math.min(Math.max(bin, 0), bins - 1);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.samples++;
  }

  /** The highest share, in percent; of a processor over a minute. */
  peak(kind: MetricDescription['kind']): number {
    return Number((kind === 'cpu' ? (this.#highestMinute ?? this.#highest) : this.#highest).toFixed(1));
  }

  /** The share, in percent, that was not passed for 95 % of the time. */
  percent(): number {
    const rank = Math.ceil(percentile * this.samples);
    let passed = 0;
    for (let bin = 0; bin < bins; bin++) {
      passed += this.#counts[bin] ?? 0;
      if (passed >= rank) return bin / binsPerPercent;
    }
    return 0;
  }
}

/** Whether a metric is a resource of the target with a limit that it should keep clear of. */
export function isLimited({ limit, subject, kind }: MetricDescription): boolean {
  return subject === 'target' && judgedKinds.has(kind) && typeof limit === 'number' && limit > 0;
}
