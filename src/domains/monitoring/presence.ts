import type { Period } from '../../model/stability.ts';

/** A reading may come late; what is missing for longer, and for more than six readings, is not there. */
const atLeastMs = 30_000;
const readings = 6;
/** However far readings lie apart, two of them say nothing of more than this share of the run. */
const shareAtMost = 0.6;
const holesAtMost = 100;
/** Times between readings are counted to a fifth. */
const stepsPerOctave = 4;

/** When something was there to be read, in memory that does not grow with the run. */
export class Presence {
  #firstMs: number | null = null;
  #lastMs = 0;
  #samples = 0;
  readonly #holes: (Period & { wasAbsent: boolean })[] = [];
  #absentFromMs: number | null = null;
  /** How many times between two readings are of which length, by the step of their logarithm. */
  readonly #apart = new Map<number, number>();

  /** Moments come in order. */
  add(atMs: number): void {
    if (this.#firstMs === null) this.#firstMs = atMs;
    else if (this.#holes.length < holesAtMost) {
      const fromMs = this.#absentFromMs ?? this.#lastMs;
      const wasAbsent = this.#absentFromMs !== null;
      // How far readings lie apart is not known from the first few: whether that is a hole shows at the end.
      if (wasAbsent || atMs - fromMs > this.toleratedMs(atMs)) this.#holes.push({ fromMs, toMs: atMs, wasAbsent });
    }
    if (this.#samples > 0) {
      const step = Math.ceil(stepsPerOctave * Math.log2(Math.max(1, atMs - this.#lastMs)));
      this.#apart.set(step, (this.#apart.get(step) ?? 0) + 1);
    }
    this.#absentFromMs = null;
    this.#lastMs = Math.max(this.#lastMs, atMs);
    this.#samples++;
  }

  /** It was looked for, and not there. */
  absent(atMs: number): void {
    this.#absentFromMs ??= atMs;
  }

  /** Of the first reading, ms; infinity where there is none. */
  get firstMs(): number {
    return this.#firstMs ?? Number.POSITIVE_INFINITY;
  }

  get samples(): number {
    return this.#samples;
  }

  /**
   * Longest time between two readings that is no hole, in a run until `endMs`: by the middle one of those times, for a mean grows with the
   * very hole that it is to be distinguished from.
   */
  toleratedMs(endMs: number): number {
    return Math.max(atLeastMs, Math.min(readings * this.#usualMs(), shareAtMost * endMs));
  }

  #usualMs(): number {
    let left = (this.#samples - 1) / 2;
    for (const [step, count] of [...this.#apart].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return 2 ** (step / stepsPerOctave);
    }
    return 0;
  }

  /** Holes from its first reading to `endMs`. */
  holes(endMs: number): Period[] {
    if (this.#firstMs === null) return [];
    const tolerated = this.toleratedMs(endMs);
    const closed = this.#holes
      .filter((hole) => hole.wasAbsent || hole.toMs - hole.fromMs > tolerated)
      .map(({ fromMs, toMs }) => ({ fromMs, toMs }));
    const fromMs = this.#absentFromMs ?? this.#lastMs;
    const isOpen = this.#absentFromMs !== null || endMs - fromMs > tolerated;
    return isOpen ? [...closed, { fromMs, toMs: endMs }] : closed;
  }

  /** The same with the time before the first reading. */
  missing(endMs: number): Period[] {
    // What was never there is missing, however short the run.
    if (this.#firstMs === null) return [{ fromMs: 0, toMs: endMs }];
    return [...(this.#firstMs > atLeastMs ? [{ fromMs: 0, toMs: this.#firstMs }] : []), ...this.holes(endMs)];
  }
}
