import type { ImportedRecord } from './record.ts';

const openSeconds = 8;
const maxHeldRecords = 20_000;
const maxHeldBytes = 8 * 1024 * 1024;

/** Deterministic uniform numbers in [0, 1): mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function sizeOf(record: ImportedRecord): number {
  return 300 + record.target.length + (record.body?.data.length ?? 0) + (record.response?.body?.data.length ?? 0);
}

/**
 * Gives the records of logs in whole seconds a time within their second: uniform, as arrivals of independent users are,
 * and in the order in which they were logged. Left at the second's start they would be a burst that never was. The same
 * input and seed give the same times.
 *
 * A few seconds are held, since Apache writes lines when requests end but stamps their arrival. What comes later than that,
 * or past the cap, is spread by itself.
 */
class SecondSpreader {
  readonly #seed: number;
  readonly #emit: (record: ImportedRecord) => void;
  readonly #seconds = new Map<number, ImportedRecord[]>();
  #held = 0;
  #heldBytes = 0;
  #newest = Number.NEGATIVE_INFINITY;
  #round = 0;

  constructor(seed: number, emit: (record: ImportedRecord) => void) {
    this.#seed = seed;
    this.#emit = emit;
  }

  add(record: ImportedRecord): void {
    const second = record.time;
    const held = this.#seconds.get(second);
    if (held === undefined) this.#seconds.set(second, [record]);
    else held.push(record);
    this.#held++;
    this.#heldBytes += sizeOf(record);
    if (second > this.#newest) {
      this.#newest = second;
      for (const other of [...this.#seconds.keys()]) if (other < second - openSeconds * 1000) this.#release(other);
    }
    if (this.#seconds.size > 2 * openSeconds || this.#held > maxHeldRecords || this.#heldBytes > maxHeldBytes) {
      this.flush();
    }
  }

  flush(): void {
    for (const second of [...this.#seconds.keys()].sort((a, b) => a - b)) this.#release(second);
  }

  #release(second: number): void {
    const records = this.#seconds.get(second) ?? [];
    this.#seconds.delete(second);
    const random = randomFrom(this.#seed ^ Math.imul(second / 1000, 0x9e3779b1) ^ this.#round++);
    const offsets = Float64Array.from(records, () => random() * 1000).sort();
    records.forEach((record, index) => {
      this.#held--;
      this.#heldBytes -= sizeOf(record);
      record.time = second + (offsets[index] ?? 0);
      this.#emit(record);
    });
  }
}

/**
 * Decides for one source how fine its times are, and spreads them where they are whole seconds. A source that writes
 * fractions means a whole second where it writes none, so the first fraction ends the spreading.
 */
export class TimeResolver {
  readonly #spreader: SecondSpreader;
  readonly #emit: (record: ImportedRecord) => void;
  #wholeSeconds: boolean | undefined;
  /** Finest resolution seen in milliseconds, or 1000 when seconds were spread. */
  resolutionMs = 0;

  constructor(seed: number, emit: (record: ImportedRecord) => void) {
    this.#emit = emit;
    this.#spreader = new SecondSpreader(seed, emit);
  }

  add(record: ImportedRecord): void {
    if (record.resolutionMs < 1000) this.#wholeSeconds = false;
    else this.#wholeSeconds ??= true;
    if (record.resolutionMs >= 1000 && this.#wholeSeconds) {
      this.resolutionMs = 1000;
      this.#spreader.add(record);
      return;
    }
    if (!this.#wholeSeconds) {
      const resolutionMs = Math.min(record.resolutionMs, 1);
      this.resolutionMs = this.resolutionMs === 0 ? resolutionMs : Math.min(this.resolutionMs, resolutionMs);
    }
    this.#emit(record);
  }

  flush(): void {
    this.#spreader.flush();
  }
}
