import type { MetricDescription, MetricSeries } from '../../model/watch.ts';
import type { Point } from '../../stats/trend.ts';
import { Presence } from './presence.ts';

const bucketsAtMost = 480;
const shownAtMost = 360;
const hourMs = 3_600_000;

interface Bucket {
  sum: number;
  count: number;
}

/** The samples of one metric in at most 480 buckets, which become twice as long whenever they do not reach to the end. */
export class MetricFold {
  #stepMs = 1000;
  #buckets: (Bucket | undefined)[] = [];
  #samples = 0;
  #sum = 0;
  #max = Number.NEGATIVE_INFINITY;
  #last: { atMs: number; value: number } | null = null;
  readonly presence = new Presence();

  /** Samples from before the load's start are none of the run's. */
  add(atMs: number, value: number): void {
    if (atMs < 0 || !Number.isFinite(value)) return;
    while (Math.floor(atMs / this.#stepMs) >= bucketsAtMost) {
      this.#stepMs *= 2;
      this.#buckets = paired(this.#buckets);
    }
    const index = Math.floor(atMs / this.#stepMs);
    const bucket = this.#buckets[index];
    if (bucket === undefined) this.#buckets[index] = { sum: value, count: 1 };
    else {
      bucket.sum += value;
      bucket.count++;
    }
    this.#samples++;
    this.#sum += value;
    this.#max = Math.max(this.#max, value);
    this.presence.add(atMs);
    if (this.#last === null || atMs >= this.#last.atMs) this.#last = { atMs, value };
  }

  /** Means of the buckets that have samples; x in hours. */
  points(fromMs: number, toMs: number): Point[] {
    const points: Point[] = [];
    this.#buckets.forEach((bucket, i) => {
      const startMs = i * this.#stepMs;
      if (bucket === undefined || startMs < fromMs || startMs + this.#stepMs > toMs + this.#stepMs) return;
      points.push({ x: (startMs + this.#stepMs / 2) / hourMs, y: bucket.sum / bucket.count });
    });
    return points;
  }

  series(metric: MetricDescription): MetricSeries {
    let stepMs = this.#stepMs;
    let buckets = this.#buckets;
    const first = () =>
      Math.max(
        0,
        buckets.findIndex((bucket) => bucket !== undefined),
      );
    const filled = () => buckets.filter((bucket) => bucket !== undefined).length;
    // Where samples are rarer than buckets, most would be empty.
    while (
      buckets.length > 1 &&
      (buckets.length - first() > shownAtMost || filled() < 0.75 * (buckets.length - first()))
    ) {
      stepMs *= 2;
      buckets = paired(buckets);
    }
    const start = first();
    return {
      metric,
      startMs: start * stepMs,
      stepMs,
      values: Array.from({ length: Math.max(0, buckets.length - start) }, (_, i) => {
        const bucket = buckets[start + i];
        return bucket === undefined ? null : tidy(bucket.sum / bucket.count);
      }),
      samples: this.#samples,
      mean: this.#samples === 0 ? null : tidy(this.#sum / this.#samples),
      max: this.#samples === 0 ? null : tidy(this.#max),
      last: this.#last === null ? null : tidy(this.#last.value),
    };
  }
}

function paired(buckets: readonly (Bucket | undefined)[]): (Bucket | undefined)[] {
  return Array.from({ length: Math.ceil(buckets.length / 2) }, (_, i) => {
    const [a, b] = [buckets[2 * i], buckets[2 * i + 1]];
    if (a === undefined || b === undefined) return a ?? b;
    return { sum: a.sum + b.sum, count: a.count + b.count };
  });
}

/** Digits past the sixth are noise, and cost bytes. */
export function tidy(value: number): number {
  return Number(value.toPrecision(6));
}
