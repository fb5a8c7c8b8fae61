import { HashSet, type SharedHashSet } from './hash-set.ts';
import type { TextHash } from './text-hash.ts';

const window = 8;
const base = 0x01000193;
const longest = 4000;
const mostTexts = 2 ** 20;
const filterBits = 2 ** 23;

/** One such text, of which only this is kept. */
export interface RiskyText {
  prefix: number;
  length: number;
  lo: number;
  hi: number;
}

export interface SharedRiskyTexts {
  filter: Uint8Array;
  lengths: Uint32Array;
  texts: SharedHashSet;
}

/**
 * E-mail addresses, tokens, numbers and names that must not stand anywhere, not even in the middle of a longer word. A rolling
 * hash over 8 characters (Karp and Rabin, 1987) finds where one may begin; a second hash over its whole length decides.
 */
export class RiskyTexts {
  /** Texts past the cap: these are looked for as whole tokens only. */
  uncovered = 0;
  readonly #hash: TextHash;
  #filter: Uint8Array = new Uint8Array(new SharedArrayBuffer(filterBits / 8));
  /** Which lengths texts of one beginning have: (hash of the beginning, length), a hash table in pairs. A length of 0 is an empty slot. */
  #lengths: Uint32Array = new Uint32Array(new SharedArrayBuffer(4096 * 8));
  #pairs = 0;
  #texts = new HashSet();

  constructor(hash: TextHash) {
    this.#hash = hash;
  }

  get size(): number {
    return this.#texts.size;
  }

  /** For another thread to read; see HashSet. */
  share(): SharedRiskyTexts {
    return { filter: this.#filter, lengths: this.#lengths, texts: this.#texts.share() };
  }

  static of({ filter, lengths, texts }: SharedRiskyTexts, hash: TextHash): RiskyTexts {
    const made = new RiskyTexts(hash);
    made.#filter = filter;
    made.#lengths = lengths;
    made.#texts = HashSet.of(texts);
    return made;
  }

  add({ prefix, length, lo, hi }: RiskyText): void {
    if (this.#texts.size >= mostTexts) {
      if (!this.#texts.has(lo, hi)) this.uncovered++;
      return;
    }
    if (!this.#texts.add(lo, hi)) return;
    const bit = mixed(prefix) & (filterBits - 1);
    this.#filter[bit >>> 3] = (this.#filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
    this.#addLength(prefix, length);
  }

  /** Calls back with the place of every risky text in `lower`, which must be in lower case. */
  search(lower: string, found: (from: number, to: number) => void): void {
    if (this.#texts.size === 0 || lower.length < window) return;
    let rolling = 0;
    for (let i = 0; i < lower.length; i++) {
      if (i >= window) rolling = (rolling - Math.imul(lower.charCodeAt(i - window) + 1, highest)) | 0;
      rolling = (Math.imul(rolling, base) + lower.charCodeAt(i) + 1) | 0;
      if (i < window - 1) continue;
      const bit = mixed(rolling) & (filterBits - 1);
      if (((this.#filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0) this.#check(lower, i - window + 1, rolling, found);
    }
  }

  #check(lower: string, from: number, prefix: number, found: (from: number, to: number) => void): void {
    const mask = this.#lengths.length / 2 - 1;
    for (let slot = mixed(prefix) & mask; ; slot = (slot + 1) & mask) {
      const length = this.#lengths[slot * 2 + 1] ?? 0;
      if (length === 0) return;
      if (this.#lengths[slot * 2] !== prefix >>> 0 || from + length > lower.length) continue;
      const { lo, hi } = this.#hash.of(lower, riskySalt, from, from + length);
      if (this.#texts.has(lo, hi)) found(from, from + length);
    }
  }

  #addLength(prefix: number, length: number): void {
    const mask = this.#lengths.length / 2 - 1;
    let slot = mixed(prefix) & mask;
    while (this.#lengths[slot * 2 + 1] !== 0) {
      if (this.#lengths[slot * 2] === prefix >>> 0 && this.#lengths[slot * 2 + 1] === length) return;
      slot = (slot + 1) & mask;
    }
    this.#lengths[slot * 2] = prefix;
    this.#lengths[slot * 2 + 1] = length;
    if (++this.#pairs > (mask + 1) * 0.66) this.#grow();
  }

  #grow(): void {
    const old = this.#lengths;
    this.#lengths = new Uint32Array(new SharedArrayBuffer(old.byteLength * 2));
    this.#pairs = 0;
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] !== 0) this.#addLength(old[at] ?? 0, old[at + 1] ?? 0);
    }
  }
}

/** Separates the hashes of whole texts from those of tokens. */
const riskySalt = 7;
let highest = 1;
for (let i = 1; i < window; i++) highest = Math.imul(highest, base);

/** What is kept of a text; undefined for one too short to be looked for inside others, or longer than any name or token. */
export function riskyTextOf(text: string, hash: TextHash): RiskyText | undefined {
  const lower = text.toLowerCase().trim();
  if (lower.length < window || lower.length > longest) return undefined;
  let prefix = 0;
  for (let i = 0; i < window; i++) prefix = (Math.imul(prefix, base) + lower.charCodeAt(i) + 1) | 0;
  const { lo, hi } = hash.of(lower, riskySalt);
  return { prefix, length: lower.length, lo, hi };
}

function mixed(prefix: number): number {
  return Math.imul(prefix ^ (prefix >>> 15), 0x2c1b3c6d) >>> 9;
}
