import { createHash } from 'node:crypto';

/**
 * Seeded random numbers: sfc32 (Chris Doty-Humphrey, PractRand; passes PractRand and BigCrush), its state filled from SHA-256
 * of a label. A fork depends on the label alone, not on how much was drawn before, so parts of a plan do not disturb each other.
 */
export class Random {
  readonly #label: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(label: string) {
    this.#label = label;
    const digest = createHash('sha256').update(label).digest();
    this.#a = digest.readInt32LE(0);
    this.#b = digest.readInt32LE(4);
    this.#c = digest.readInt32LE(8);
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** Independent stream for a part of the work. */
  fork(label: string): Random {
    return new Random(`${this.#label}/${label}`);
  }

  /** Uniform in 0 … 2³² − 1. */
  uint32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }
}

/**
 * Uniform in 0 … 2³² − 1 for a place (seed, a, b): the same place, the same number, in whatever order places are visited.
 * MurmurHash3's body and finalizer (Austin Appleby, public domain) over three words.
 */
export function hash32(seed: number, a: number, b: number): number {
  let h = round(round(seed | 0, a | 0), b | 0) ^ 8;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function round(h: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const mixed = h ^ Math.imul(k, 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
