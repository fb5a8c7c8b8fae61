import { readSync } from 'node:fs';
import type { UnnamedFiles } from '../unnamed-files.ts';

/** Before each row of a run: key (float64), sizes of head and tail (uint32 each). */
export const frameBytes = 16;
export const readBlockBytes = 256 * 1024;

/** A row read back: `head` and `tail` are views into a block that is reused once the next row is asked for. */
export interface SortedRow {
  key: number;
  head: Buffer;
  tail: Buffer;
}

/** Sorted rows in an open file. */
export interface Run {
  descriptor: number;
  bytes: number;
}

/** Rows of several sorted runs in order of key, equal keys in the order of the runs. A run is closed, which removes it, once it is read. */
export function* mergeRuns(runs: readonly Run[], files: UnnamedFiles): Generator<SortedRow> {
  const readers = runs.map((run) => new RunReader(run, files));
  try {
    const heap = new ReaderHeap(readers);
    for (let reader = heap.first; reader !== undefined; reader = heap.first) {
      yield reader.row;
      heap.advance();
    }
  } finally {
    for (const reader of readers) reader.close();
  }
}

/** Reads one run, row by row, in blocks. */
class RunReader {
  readonly #run: Run;
  readonly #files: UnnamedFiles;
  #read = 0;
  #block = Buffer.allocUnsafeSlow(readBlockBytes);
  #at = 0;
  #end = 0;
  #open = true;
  row: SortedRow = { key: 0, head: Buffer.alloc(0), tail: Buffer.alloc(0) };

  constructor(run: Run, files: UnnamedFiles) {
    this.#run = run;
    this.#files = files;
  }

  /** Moves to the next row; false at the end, where the run is closed. */
  next(): boolean {
    if (!this.#has(frameBytes)) {
      this.close();
      return false;
    }
    const headBytes = this.#block.readUInt32LE(this.#at + 8);
    const tailBytes = this.#block.readUInt32LE(this.#at + 12);
    if (!this.#has(frameBytes + headBytes + tailBytes)) throw new Error('a sorted run ends inside a row');
    const headStart = this.#at + frameBytes;
    const tailStart = headStart + headBytes;
    this.row = {
      key: this.#block.readDoubleLE(this.#at),
      head: this.#block.subarray(headStart, tailStart),
      tail: this.#block.subarray(tailStart, tailStart + tailBytes),
    };
    this.#at = tailStart + tailBytes;
    return true;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#files.close(this.#run.descriptor);
  }

  #has(bytes: number): boolean {
    if (this.#end - this.#at >= bytes) return true;
    if (!this.#open) return false;
    const rest = this.#block.subarray(this.#at, this.#end);
    const block = bytes > this.#block.length ? Buffer.allocUnsafeSlow(bytes + readBlockBytes) : this.#block;
    rest.copy(block);
    this.#block = block;
    this.#end = rest.length;
    this.#at = 0;
    while (this.#end < bytes) {
      const read = readSync(this.#run.descriptor, block, this.#end, block.length - this.#end, this.#read);
      if (read === 0) return false;
      this.#end += read;
      this.#read += read;
    }
    return true;
  }
}

/** Binary heap of readers by key, then by age of the run, so that equal keys stay in order. */
class ReaderHeap {
  readonly #heap: { reader: RunReader; age: number }[] = [];

  constructor(readers: RunReader[]) {
    readers.forEach((reader, age) => {
      if (reader.next()) this.#heap.push({ reader, age });
    });
    for (let index = (this.#heap.length >> 1) - 1; index >= 0; index--) this.#sink(index);
  }

  get first(): RunReader | undefined {
    return this.#heap[0]?.reader;
  }

  advance(): void {
    const top = this.#heap[0];
    if (top === undefined) return;
    if (!top.reader.next()) {
      const last = this.#heap.pop();
      if (last === undefined || this.#heap.length === 0) return;
      this.#heap[0] = last;
    }
    this.#sink(0);
  }

  #before(a: number, b: number): boolean {
    const [left, right] = [this.#heap[a], this.#heap[b]];
    if (left === undefined || right === undefined) return left !== undefined;
    const difference = left.reader.row.key - right.reader.row.key;
    return difference < 0 || (difference === 0 && left.age < right.age);
  }

  #sink(from: number): void {
    let at = from;
    for (;;) {
      let least = at;
      if (this.#before(2 * at + 1, least)) least = 2 * at + 1;
      if (this.#before(2 * at + 2, least)) least = 2 * at + 2;
      if (least === at) return;
      const [a, b] = [this.#heap[at], this.#heap[least]];
      if (a === undefined || b === undefined) return;
      this.#heap[at] = b;
      this.#heap[least] = a;
      at = least;
    }
  }
}
