import type { Finding } from './finding.ts';
import type { TraceSet } from './trace-set.ts';

const mostSuspects = 300_000;

export interface Suspect {
  finding: Finding;
  /** Hashes of the text and of what it stands in; that any of them was generated clears it. */
  hashes: readonly (readonly [lo: number, hi: number])[];
}

/** What looks like a leak, until it is known to be generated: generated values may be on disk, to be read part by part. */
export class Suspects {
  readonly #waiting = new Map<string, Suspect>();

  /** @returns false when there is no room; then it counts as a finding */
  add(suspect: Suspect): boolean {
    if (this.#waiting.size >= mostSuspects) return false;
    const [lo, hi] = suspect.hashes[0] ?? [0, 0];
    const name = `${lo},${hi},${suspect.finding.kind}`;
    if (!this.#waiting.has(name)) this.#waiting.set(name, suspect);
    return true;
  }

  /** Clears those that were generated; the others are findings. */
  judge(generated: TraceSet, cleared: (lo: number, hi: number) => void): Finding[] {
    for (const part of this.#waiting.size === 0 ? [] : generated.parts()) {
      for (const [name, { hashes }] of this.#waiting) {
        const known = hashes.find(([lo, hi]) => part.has(lo, hi));
        if (known === undefined) continue;
        cleared(...known);
        this.#waiting.delete(name);
      }
    }
    return [...this.#waiting.values()].map(({ finding }) => finding);
  }
}
