import type { Sets } from './sets.ts';

const columns = 4;

/**
 * Configurations that a search has been in: position, linearized calls, state, and the unanswered calls that were made use of. One
 * that made use of fewer of these can do all that the other can, so that only the former is worth a search.
 */
export class Visited {
  #table = new Int32Array(1024 * columns).fill(-1);
  #mask = 1023;
  #optional: Sets;
  size = 0;

  /** @param optional the sets of unanswered calls */
  constructor(optional: Sets) {
    this.#optional = optional;
  }

  /** @returns false where this one, or one that can do as much, was there before */
  add(position: number, done: number, state: number, used: number): boolean {
    if (this.size * 2 > this.#mask) this.#grow();
    const table = this.#table;
    for (let slot = hash(position, done, state) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * columns;
      if (table[at] === -1) {
        table[at] = position;
        table[at + 1] = done;
        table[at + 2] = state;
        table[at + 3] = used;
        this.size++;
        return true;
      }
      if (table[at] === position && table[at + 1] === done && table[at + 2] === state) {
        if (this.#optional.isSubset(table[at + 3] as number, used)) return false;
      }
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#mask = this.#mask * 2 + 1;
    this.#table = new Int32Array((this.#mask + 1) * columns).fill(-1);
    for (let from = 0; from < old.length; from += columns) {
      if (old[from] === -1) continue;
      let slot = hash(old[from] as number, old[from + 1] as number, old[from + 2] as number) & this.#mask;
      while (this.#table[slot * columns] !== -1) slot = (slot + 1) & this.#mask;
      this.#table.set(old.subarray(from, from + columns), slot * columns);
    }
  }
}

function hash(a: number, b: number, c: number): number {
  let mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 0x7f4a7c15, 0x85ebca6b) ^ Math.imul(c + 0x165667b1, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
