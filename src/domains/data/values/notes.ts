/** Texts of the source that the result has on purpose or by chance, by place: a number of the text, and how often. */
export class Notes {
  readonly #places = new Map<string, Map<number, number>>();

  add(place: string, hash: number): void {
    let known = this.#places.get(place);
    if (known === undefined) {
      known = new Map();
      this.#places.set(place, known);
    }
    known.set(hash, (known.get(hash) ?? 0) + 1);
  }

  /** As plain data: place, then number and count in turn. */
  take(): NotedPlaces {
    const taken = [...this.#places].map(([place, counts]) => [place, [...counts].flat()] as [string, number[]]);
    this.#places.clear();
    return taken;
  }

  include(noted: NotedPlaces): void {
    for (const [place, counts] of noted) {
      for (let at = 0; at < counts.length; at += 2) {
        const hash = counts[at] ?? 0;
        let known = this.#places.get(place);
        if (known === undefined) {
          known = new Map();
          this.#places.set(place, known);
        }
        known.set(hash, (known.get(hash) ?? 0) + (counts[at + 1] ?? 0));
      }
    }
  }

  /** Some were met. @returns how many of them were to be expected */
  spend(place: string, hash: number, count: number): number {
    const known = this.#places.get(place);
    const expected = Math.min(count, known?.get(hash) ?? 0);
    if (expected > 0) known?.set(hash, (known.get(hash) ?? 0) - expected);
    return expected;
  }
}

export type NotedPlaces = [place: string, counts: number[]][];
