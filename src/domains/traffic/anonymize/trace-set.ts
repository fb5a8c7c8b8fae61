import { readSync, writeFileSync } from 'node:fs';
import type { UnnamedFiles } from '../unnamed-files.ts';
import { HashSet } from './hash-set.ts';

/** A set of hashes that is moved to disk, part by part, when it exceeds what may be in memory. */
export class TraceSet {
  readonly #files: UnnamedFiles;
  readonly #mostInMemory: number;
  readonly #spilled: { descriptor: number; bytes: number }[] = [];
  #current = new HashSet();

  constructor(files: UnnamedFiles, mostInMemory: number) {
    this.#files = files;
    this.#mostInMemory = mostInMemory;
  }

  get isSpilled(): boolean {
    return this.#spilled.length > 0;
  }

  /** The part that is in memory. */
  get inMemory(): HashSet {
    return this.#current;
  }

  add(lo: number, hi: number): void {
    this.#current.add(lo, hi);
    if (this.#current.size < this.#mostInMemory) return;
    // In one go and without waiting: it happens once in millions of values.
    const dump = this.#current.dump();
    const descriptor = this.#files.open();
    writeFileSync(descriptor, dump);
    this.#spilled.push({ descriptor, bytes: dump.byteLength });
    this.#current = new HashSet();
  }

  /** The parts, one in memory at a time. */
  *parts(): Generator<HashSet> {
    for (const { descriptor, bytes } of this.#spilled) {
      const dump = Buffer.allocUnsafeSlow(bytes);
      for (let at = 0; at < bytes; ) {
        const read = readSync(descriptor, dump, at, bytes - at, at);
        if (read === 0) throw new Error('a spilled part of the traces ends early');
        at += read;
      }
      yield HashSet.load(dump);
    }
    yield this.#current;
  }
}
