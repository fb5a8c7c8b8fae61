import { HashSet } from './hash-set.ts';
import type { TextHash } from './text-hash.ts';

const most = 3_000_000;
const longest = 200;
const spaced = /\s/;
const digit = /\d/;

/** Whether a value is a single word, or words without a space between them, and has no digit: by itself it may be text or a name of a thing. */
function isBareWord(value: string): boolean {
  return value.length <= longest && !spaced.test(value) && !digit.test(value);
}

/**
 * Bare words that stand somewhere as the name of a thing (a segment of a path, a cookie, a field called `slug`): these need one pseudonym
 * in all sessions, so that references hold. Others are text.
 */
export class ThingWords {
  readonly #hash: TextHash;
  readonly #words = new HashSet();

  constructor(hash: TextHash) {
    this.#hash = hash;
  }

  learn(word: string): void {
    if (this.#words.size >= most || !isBareWord(word)) return;
    const { lo, hi } = this.#hash.of(word.toLowerCase(), salt);
    this.#words.add(lo, hi);
  }

  /** Where there was no room for all of them, every word may be one. */
  has(word: string): boolean {
    if (this.#words.size >= most) return true;
    const { lo, hi } = this.#hash.of(word.toLowerCase(), salt);
    return this.#words.has(lo, hi);
  }
}

const salt = 11;
