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
  readonly #holes: (Stretch & { wasAbsent: boolean })[] = [];
  #absentFromMs: number | null = null;

  /** Moments come in order. */
  add(atMs: number): void {
    if (this.#firstMs === null) this.#firstMs = atMs;
    else if (this.#holes.length < holesAtMost) {
      const fromMs = this.#absentFromMs ?? this.#lastMs;
      const wasAbsent = this.#absentFromMs !== null;
      // How far readings lie apart is not known from the first two: whether that is a hole shows at the end.
      const leastMs = this.#samples < 2 ? atLeastMs : this.toleratedMs;
      if (wasAbsent || atMs - fromMs > leastMs) this.#holes.push({ fromMs, toMs: atMs, wasAbsent });
    }
    this.#absentFromMs = null;
    this.#lastMs = Math.max(this.#lastMs, atMs);
    this.#samples++;
  }

  /** It was looked for, and not there. */
  absent(atMs: number): void {
    this.#absentFromMs ??= atMs;
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
    if (this.#firstMs === null) return [];
    const tolerated = this.toleratedMs;
    const closed = this.#holes
      .filter((hole) => hole.wasAbsent || hole.toMs - hole.fromMs > tolerated)
      .map(({ fromMs, toMs }) => ({ fromMs, toMs }));
    const fromMs = this.#absentFromMs ?? this.#lastMs;
    const isOpen = this.#absentFromMs !== null || endMs - fromMs > tolerated;
    return isOpen ? [...closed, { fromMs, toMs: endMs }] : closed;
  }

  /** The same with the time before the first reading. */
  missing(endMs: number): Stretch[] {
    const from = this.#firstMs ?? endMs;
    return [...(from > atLeastMs ? [{ fromMs: 0, toMs: from }] : []), ...this.holes(endMs)];
  }
}
