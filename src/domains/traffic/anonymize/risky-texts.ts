import type { TextHash } from './text-hash.ts';

const window = 8;
const base = 0x01000193;
const mostTexts = 2 ** 20;
const filterBits = 2 ** 23;

/**
 * E-mail addresses, tokens, numbers and names that must not stand anywhere, not even in the middle of a longer word. A rolling
 * hash over 8 characters (Karp and Rabin, 1987) finds where one may begin; a second hash over its whole length decides.
 */
export class RiskyTexts {
  /** Texts past the cap: these are looked for as whole tokens only. */
  uncovered = 0;
  readonly #hash: TextHash;
  readonly #filter = new Uint8Array(filterBits / 8);
  readonly #byPrefix = new Map<number, number[]>();
  #size = 0;

  constructor(hash: TextHash) {
    this.#hash = hash;
  }

  get size(): number {
    return this.#size;
  }

  add(text: string): void {
    const lower = text.toLowerCase().trim();
    if (lower.length < window || lower.length > 4000) return;
    if (this.#size >= mostTexts) {
      this.uncovered++;
      return;
    }
    let prefix = 0;
    for (let i = 0; i < window; i++) prefix = (Math.imul(prefix, base) + lower.charCodeAt(i) + 1) | 0;
    const bit = mixed(prefix);
    this.#filter[bit >>> 3] = (this.#filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
    const { lo, hi } = this.#hash.of(lower, 7);
    const known = this.#byPrefix.get(prefix);
    if (known === undefined) this.#byPrefix.set(prefix, [lower.length, lo, hi]);
    else if (!isAmong(known, lower.length, lo, hi)) known.push(lower.length, lo, hi);
    else return;
    this.#size++;
  }

  /** Calls back with the place of every risky text in `lower`, which must be in lower case. */
  search(lower: string, found: (from: number, to: number) => void): void {
    if (this.#size === 0 || lower.length < window) return;
    let power = 1;
    for (let i = 1; i < window; i++) power = Math.imul(power, base);
    let rolling = 0;
    for (let i = 0; i < lower.length; i++) {
      if (i >= window) rolling = (rolling - Math.imul(lower.charCodeAt(i - window) + 1, power)) | 0;
      rolling = (Math.imul(rolling, base) + lower.charCodeAt(i) + 1) | 0;
      if (i < window - 1) continue;
      const bit = mixed(rolling);
      if (((this.#filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) continue;
      const known = this.#byPrefix.get(rolling);
      if (known === undefined) continue;
      const from = i - window + 1;
      for (let at = 0; at < known.length; at += 3) {
        const to = from + (known[at] ?? 0);
        if (to > lower.length) continue;
        const { lo, hi } = this.#hash.of(lower, 7, from, to);
        if (lo === known[at + 1] && hi === known[at + 2]) found(from, to);
      }
    }
  }
}

function mixed(prefix: number): number {
  return (Math.imul(prefix ^ (prefix >>> 15), 0x2c1b3c6d) >>> 9) & (filterBits - 1);
}

function isAmong(known: readonly number[], length: number, lo: number, hi: number): boolean {
  for (let at = 0; at < known.length; at += 3) {
    if (known[at] === length && known[at + 1] === lo && known[at + 2] === hi) return true;
  }
  return false;
}
