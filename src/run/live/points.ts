import type { TimelinePoint, WindowResult } from '../../model/results.ts';
import { thousandths } from '../../stats/rounding.ts';

interface Sums {
  durationMs: number;
  invalidMs: number;
  planned: number;
  completed: number;
  failed: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

const statistics = ['p50', 'p95', 'p99'] as const;
const higher = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b));

/**
 * The course of a run in a bounded number of points: when there would be more, every two become one, so that a run of days takes the
 * room of one of minutes. A point has the rates of its time, and the highest percentiles of any window in it.
 */
export class Points {
  #most: number;
  #pointMs = 0;
  #points = new Map<number, Sums>();

  /** @param most points kept at most; 2 or more */
  constructor(most: number) {
    this.#most = most;
  }

  /** How long a point is, ms; 0 before the first window. */
  get pointMs(): number {
    return this.#pointMs;
  }

  /** Windows may come in any order. Invalid ones count as time, but not for percentiles. */
  add(window: WindowResult): void {
    if (!(window.durationMs > 0) || !(window.startMs >= 0)) return;
    if (this.#pointMs === 0) this.#pointMs = window.durationMs;
    while (window.startMs >= this.#most * this.#pointMs) this.#halve();
    const counts = window.invalid === null;
    this.#put(Math.floor(window.startMs / this.#pointMs), {
      durationMs: window.durationMs,
      invalidMs: counts ? 0 : window.durationMs,
      planned: window.planned,
      completed: window.completed,
      failed: window.failed,
      p50: counts ? window.response.p50 : null,
      p95: counts ? window.response.p95 : null,
      p99: counts ? window.response.p99 : null,
    });
  }

  /** Oldest first. */
  list(): TimelinePoint[] {
    return [...this.#points]
      .sort(([a], [b]) => a - b)
      .map(([index, sums]) => {
        const answered = sums.completed + sums.failed;
        return {
          atMs: index * this.#pointMs,
          ratePerSecond: thousandths((1000 * sums.completed) / sums.durationMs),
          plannedRatePerSecond: thousandths((1000 * sums.planned) / sums.durationMs),
          p50: sums.p50,
          p95: sums.p95,
          p99: sums.p99,
          errorPercent: answered === 0 ? null : (100 * sums.failed) / answered,
          invalid: sums.invalidMs * 2 > sums.durationMs,
        };
      });
  }

  #put(index: number, more: Sums): void {
    const sums = this.#points.get(index);
    if (sums === undefined) {
      this.#points.set(index, more);
      return;
    }
    sums.durationMs += more.durationMs;
    sums.invalidMs += more.invalidMs;
    sums.planned += more.planned;
    sums.completed += more.completed;
    sums.failed += more.failed;
    for (const key of statistics) sums[key] = higher(sums[key], more[key]);
  }

  #halve(): void {
    const points = this.#points;
    this.#points = new Map();
    this.#pointMs *= 2;
    for (const [index, sums] of points) this.#put(index >> 1, sums);
  }
}
