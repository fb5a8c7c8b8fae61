import { HashSet, type SharedHashSet } from './hash-set.ts';
import type { TextHash } from './text-hash.ts';

const most = 3_000_000;
/** As long as the longest name of a thing. */
const longest = 400;
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
  #words = new HashSet();

  constructor(hash: TextHash) {
    this.#hash = hash;
  }

  /** Remembers a word. @returns whether it was not known before */
  learn(word: string): boolean {
    if (!isBareWord(word)) return false;
    const { lo, hi } = this.#hash.of(word.toLowerCase(), salt);
    return this.add(lo, hi);
  }

  /** @param lo and hi: its hash, as `learn` leaves it in the hash */
  add(lo: number, hi: number): boolean {
    return this.#words.size < most && this.#words.add(lo, hi);
  }

  /** Where there was no room for all of them, every word may be one. */
  has(word: string): boolean {
    if (this.#words.size >= most) return true;
    const { lo, hi } = this.#hash.of(word.toLowerCase(), salt);
    return this.#words.has(lo, hi);
  }

  /** For another thread to read; see HashSet. */
  share(): SharedHashSet {
    return this.#words.share();
  }

  restore(words: SharedHashSet): void {
    this.#words = HashSet.of(words);
  }
}

const salt = 11;
