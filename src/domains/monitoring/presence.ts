import type { Stretch } from '../../model/stability.ts';

/** A reading may come late; what is missing for longer, and for more than six readings, is not there. */
const atLeastMs = 30_000;
const readings = 6;
const holesAtMost = 100;

/** When something was there to be read, in memory that does not grow with the run. */
export class Presence {
  #firstMs: number | null = null;
  #lastMs = 0;
  #samples = 0;
  readonly #holes: Stretch[] = [];

  /** Moments come in order. */
  add(atMs: number): void {
    if (this.#firstMs === null) this.#firstMs = atMs;
    else if (atMs - this.#lastMs > this.toleratedMs && this.#holes.length < holesAtMost)
      this.#holes.push({ fromMs: this.#lastMs, toMs: atMs });
    this.#lastMs = Math.max(this.#lastMs, atMs);
    this.#samples++;
  }

  get samples(): number {
    return this.#samples;
  }

  /** Longest time between two readings that is no hole. */
  get toleratedMs(): number {
    const usual = this.#samples < 2 ? 0 : (this.#lastMs - (this.#firstMs ?? 0)) / (this.#samples - 1);
    return Math.max(atLeastMs, readings * usual);
  }

  /** Holes from its first reading to `endMs`. */
  holes(endMs: number): Stretch[] {
    const open = this.#firstMs !== null && endMs - this.#lastMs > this.toleratedMs;
    return open ? [...this.#holes, { fromMs: this.#lastMs, toMs: endMs }] : [...this.#holes];
  }

  /** The same with the time before the first reading. */
  missing(endMs: number): Stretch[] {
    const from = this.#firstMs ?? endMs;
    return [...(from > this.toleratedMs ? [{ fromMs: 0, toMs: from }] : []), ...this.holes(endMs)];
  }
}
