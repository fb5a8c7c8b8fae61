import { eachToken, holdsGivenName, isPublicText, shortestToken, TextHash } from '../../traffic/public.ts';

const probes = 4;
const longestWhole = 2000;
const fewestDigits = 8;
const longestName = 80;

/** For another thread. */
export interface SharedOriginals {
  bits: Int32Array;
  /** Of the hashes; it is of no key and lasts as long as the work. */
  seed: Uint8Array;
}

/**
 * What stands in the source and may not stand in the result, as a Bloom filter of hashes (Bloom 1970): its memory does not grow with the database,
 * it never misses a value, and what it takes for one by chance is told from a leak by the notes of who wrote the result.
 */
export class Originals {
  readonly shared: SharedOriginals;
  readonly hash: TextHash;
  readonly #bits: Int32Array;
  readonly #mask: number;

  constructor(shared: SharedOriginals) {
    this.shared = shared;
    this.hash = new TextHash(Buffer.from(shared.seed));
    this.#bits = shared.bits;
    this.#mask = shared.bits.length * 32 - 1;
  }

  /** @param expected how many values there may be */
  static forAbout(expected: number, seed: Uint8Array): SharedOriginals {
    let bits = 2 ** 23;
    while (bits < expected * 24 && bits < 2 ** 31) bits *= 2;
    return { bits: new Int32Array(new SharedArrayBuffer(bits / 8)), seed };
  }

  /** A text as a whole. */
  add(text: string): void {
    const lower = text.toLowerCase().trim();
    if (!isTelling(lower) || isPublicText(lower)) return;
    const { lo, hi } = this.hash.of(lower.slice(0, longestWhole));
    this.#set(lo, hi);
  }

  /** Its words and pieces too: none of them may be anywhere. Of a longer text, the names in it. */
  addPieces(text: string): void {
    const lower = text.toLowerCase();
    const isLong = text.length > longestName;
    eachToken(lower, (from, to) => {
      const piece = lower.slice(from, to);
      if (!isTelling(piece) || isPublicText(piece) || (isLong && !holdsGivenName(piece))) return;
      const { lo, hi } = this.hash.of(piece);
      this.#set(lo, hi);
    });
  }

  /**
   * Every text in this one that is one of them.
   * @param found its hash as a number, and the text
   */
  search(text: string, found: (hash: number, text: string) => void): void {
    const lower = text.toLowerCase();
    const whole = lower.trim();
    if (isTelling(whole) && this.#hasPart(whole.slice(0, longestWhole)) && !isPublicText(whole))
      found(this.#last, whole);
    eachToken(lower, (from, to) => {
      const { lo, hi } = this.hash.of(lower, 0, from, to);
      if (!this.#has(lo, hi)) return;
      const name = nameOf(lo, hi);
      const piece = lower.slice(from, to);
      if (piece !== whole && isTelling(piece) && !isPublicText(piece)) found(name, piece);
    });
  }

  /** How much of the filter is used: past a half it takes many by chance. */
  get fill(): number {
    let set = 0;
    const step = Math.max(1, Math.floor(this.#bits.length / 65_536));
    let looked = 0;
    for (let i = 0; i < this.#bits.length; i += step) {
      let word = this.#bits[i] ?? 0;
      for (; word !== 0; word &= word - 1) set++;
      looked += 32;
    }
    return set / looked;
  }

  #last = 0;

  #hasPart(text: string): boolean {
    const { lo, hi } = this.hash.of(text);
    this.#last = nameOf(lo, hi);
    return this.#has(lo, hi);
  }

  #has(lo: number, hi: number): boolean {
    for (let probe = 0, at = lo; probe < probes; probe++, at = (at + hi + probe) >>> 0) {
      const bit = at & this.#mask;
      if (((this.#bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }

  #set(lo: number, hi: number): void {
    for (let probe = 0, at = lo; probe < probes; probe++, at = (at + hi + probe) >>> 0) {
      const bit = at & this.#mask;
      const one = 1 << (bit & 31);
      // Several threads set bits of the same word.
      if (((this.#bits[bit >>> 5] ?? 0) & one) === 0) Atomics.or(this.#bits, bit >>> 5, one);
    }
  }
}

const nameOf = (lo: number, hi: number) => hi * 2 ** 21 + (lo >>> 11);

/** Long enough not to be met by chance: shorter ones, and short numbers, say nothing. */
function isTelling(text: string): boolean {
  return text.length >= shortestToken && (text.length >= fewestDigits || !/^[\d\W]*$/.test(text));
}
