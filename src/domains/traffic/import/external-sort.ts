import { writeSync } from 'node:fs';
import type { UnnamedFiles } from '../unnamed-files.ts';
import { frameBytes, mergeRuns, type Run, readBlockBytes, type SortedRow } from './merge-runs.ts';

const mergeWidth = 64;
/** Runs are open files, of which a process may have a thousand. */
const mostRuns = 256;
/** Memory taken at first: most sources are small, and it is doubled as rows come. */
const firstBytes = 256 * 1024;

export interface ExternalSortOptions {
  /** Hold the runs. */
  files: UnnamedFiles;
  /** Memory for one run, at the most. */
  bufferBytes: number;
  /**
   * Share of a full buffer kept back for the next run. Rows that come nearly in order (an access log) then end up in one
   * run however many they are, and nothing needs to be merged.
   */
  retain: number;
}

interface SortedRun extends Run {
  lastKey: number;
}

/**
 * Stable sort of any number of rows in bounded memory: sorted runs on disk, merged on reading.
 * A row is framed as key (float64), sizes of head and tail (uint32 each), head and tail.
 */
export class ExternalSort {
  readonly #options: ExternalSortOptions;
  #slab: Buffer;
  #spare = Buffer.alloc(0);
  #used = 0;
  #offsets: number[] = [];
  #keys: number[] = [];
  #inOrder = true;
  #runs: SortedRun[] = [];

  constructor(options: ExternalSortOptions) {
    this.#options = options;
    this.#slab = Buffer.allocUnsafeSlow(Math.min(firstBytes, options.bufferBytes));
  }

  add(key: number, head: string, tail: string | Buffer): void {
    let bytes = frameBytes + 3 * head.length + (typeof tail === 'string' ? 3 * tail.length : tail.length);
    if (this.#used + bytes > this.#slab.length) {
      bytes = frameBytes + Buffer.byteLength(head) + (typeof tail === 'string' ? Buffer.byteLength(tail) : tail.length);
      if (this.#used + bytes > this.#slab.length) this.#makeRoom(bytes);
    }
    const start = this.#used;
    const headBytes = this.#slab.write(head, start + frameBytes, 'utf8');
    const tailStart = start + frameBytes + headBytes;
    const tailBytes =
      typeof tail === 'string' ? this.#slab.write(tail, tailStart, 'utf8') : tail.copy(this.#slab, tailStart);
    this.#slab.writeDoubleLE(key, start);
    this.#slab.writeUInt32LE(headBytes, start + 8);
    this.#slab.writeUInt32LE(tailBytes, start + 12);
    this.#used = tailStart + tailBytes;
    const count = this.#keys.length;
    if (count > 0 && key < (this.#keys[count - 1] ?? 0)) this.#inOrder = false;
    this.#keys.push(key);
    this.#offsets.push(start);
  }

  /** Rows by key, equal keys in the order they were added. Ends the adding; runs are removed as they are used up. */
  *sorted(): Generator<SortedRow> {
    this.#spill(0);
    this.#slab = Buffer.alloc(0);
    this.#spare = Buffer.alloc(0);
    while (this.#runs.length > mergeWidth) this.#mergeSome();
    yield* mergeRuns(this.#runs.splice(0), this.#options.files);
  }

  #makeRoom(bytes: number): void {
    if (this.#slab.length < this.#options.bufferBytes) {
      const wanted = Math.max(2 * this.#slab.length, this.#used + bytes);
      const slab = Buffer.allocUnsafeSlow(Math.min(wanted, this.#options.bufferBytes));
      this.#slab.copy(slab, 0, 0, this.#used);
      this.#slab = slab;
      if (this.#used + bytes <= slab.length) return;
    }
    if (this.#keys.length > 0) this.#spill(this.#options.retain);
    if (this.#used + bytes > this.#slab.length && this.#used > 0) this.#spill(0);
    // A single row larger than the buffer: the slab grows to it, once.
    if (bytes > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(bytes);
    }
  }

  #rowEnd(index: number): number {
    return this.#offsets[index + 1] ?? this.#used;
  }

  #spill(retain: number): void {
    const count = this.#keys.length;
    if (count === 0) return;
    const order = new Uint32Array(count);
    for (let index = 0; index < count; index++) order[index] = index;
    const keys = this.#keys;
    if (!this.#inOrder) order.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
    const written = count - Math.floor(count * retain);

    const firstKey = keys[order[0] ?? 0] ?? 0;
    const last = this.#runs.at(-1);
    const extend = last !== undefined && firstKey >= last.lastKey;
    const run = extend ? last : this.#newRun();
    if (!extend) this.#runs.push(run);
    run.lastKey = keys[order[written - 1] ?? 0] ?? 0;

    if (this.#spare.length < this.#used) this.#spare = Buffer.allocUnsafeSlow(this.#slab.length);
    const sortedRows = this.#spare;
    let size = 0;
    let cut = 0;
    const keptKeys: number[] = [];
    const keptOffsets: number[] = [];
    for (let position = 0; position < count; position++) {
      const index = order[position] ?? 0;
      if (position === written) cut = size;
      if (position >= written) {
        keptKeys.push(keys[index] ?? 0);
        keptOffsets.push(size - cut);
      }
      size += this.#slab.copy(sortedRows, size, this.#offsets[index] ?? 0, this.#rowEnd(index));
    }
    if (written === count) cut = size;
    append(run, sortedRows.subarray(0, cut));
    sortedRows.copy(this.#slab, 0, cut, size);
    this.#used = size - cut;
    this.#keys = keptKeys;
    this.#offsets = keptOffsets;
    this.#inOrder = true;
    if (this.#runs.length >= mostRuns) this.#mergeSome();
  }

  #newRun(): SortedRun {
    return { descriptor: this.#options.files.open(), bytes: 0, lastKey: 0 };
  }

  /** Merges the first runs into one that takes their place, so that the order of equal keys stays. */
  #mergeSome(): void {
    const merged: SortedRun[] = [];
    while (this.#runs.length > 0) {
      const group = this.#runs.splice(0, mergeWidth);
      const run = this.#newRun();
      const frame = Buffer.allocUnsafe(frameBytes);
      let pending: Buffer[] = [];
      let pendingBytes = 0;
      const write = () => {
        append(run, Buffer.concat(pending));
        pending = [];
        pendingBytes = 0;
      };
      for (const row of mergeRuns(group, this.#options.files)) {
        run.lastKey = row.key;
        frame.writeDoubleLE(row.key, 0);
        frame.writeUInt32LE(row.head.length, 8);
        frame.writeUInt32LE(row.tail.length, 12);
        pending.push(Buffer.concat([frame, row.head, row.tail]));
        pendingBytes += frameBytes + row.head.length + row.tail.length;
        if (pendingBytes > readBlockBytes) write();
      }
      write();
      merged.push(run);
    }
    this.#runs = merged;
  }
}

function append(run: Run, block: Buffer): void {
  for (let at = 0; at < block.length; ) {
    const written = writeSync(run.descriptor, block, at, block.length - at, run.bytes);
    at += written;
    run.bytes += written;
  }
}
