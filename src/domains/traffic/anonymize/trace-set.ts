import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HashSet } from './hash-set.ts';

/** A set of hashes that is moved to disk, part by part, when it exceeds what may be in memory. */
export class TraceSet {
  readonly #folder: string;
  readonly #name: string;
  readonly #mostInMemory: number;
  readonly #files: string[] = [];
  #current = new HashSet();

  constructor(folder: string, name: string, mostInMemory: number) {
    this.#folder = folder;
    this.#name = name;
    this.#mostInMemory = mostInMemory;
  }

  get isSpilled(): boolean {
    return this.#files.length > 0;
  }

  add(lo: number, hi: number): void {
    this.#current.add(lo, hi);
    if (this.#current.size < this.#mostInMemory) return;
    // In one go and without waiting: it happens once in millions of values.
    mkdirSync(this.#folder, { recursive: true });
    const file = join(this.#folder, `${this.#name}-${this.#files.length}`);
    writeFileSync(file, this.#current.dump(), { mode: 0o600 });
    this.#files.push(file);
    this.#current = new HashSet();
  }

  /** Searches only the part that is in memory. */
  hasInMemory(lo: number, hi: number): boolean {
    return this.#current.has(lo, hi);
  }

  /** The parts, one in memory at a time. */
  *parts(): Generator<HashSet> {
    for (const file of this.#files) yield HashSet.load(readFileSync(file));
    yield this.#current;
  }
}
