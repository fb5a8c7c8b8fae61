import type { Keyed } from '../keyed.ts';
import { permute, wholeRecording } from '../permute.ts';
import { rangeAt, rangeOf } from './characters.ts';

const shortestOpaque = 12;
/** A longer run is no word; it is replaced piece by piece. */
const longestAtOnce = 1024;
const tweak = { digits: 1, letters: 2, mixed: 3, hex: 4 };
const cacheSize = 60_000;

/** Fewer digits in a row are a part of a text, such as an age or a house number; more are the number of something. */
const shortestNumber = 5;

/**
 * Pseudonyms of plain text, atom by atom: an atom is a run of letters and digits; all else (spaces, punctuation) is format and
 * stays. Atoms with digits are the same wherever they stand, so that `order-1234` still names order `1234`; words are not, for who
 * knew one text could read others by its words, and how often each occurs would give the rest away.
 *
 * - digits: as many digits, leading zeros kept, no two numbers the same;
 * - words: as many letters, capitals and script kept, no two words the same;
 * - hexadecimal from 8 characters on, and mixed atoms from 12: same length and alphabet, but nothing of which character was where;
 * - shorter mixed ones: each character from its own class.
 */
export class Atoms {
  readonly #keyed: Keyed;
  #young = new Map<string, string>();
  #old = new Map<string, string>();
  readonly #ofSession = new Map<string, string>();
  #session = wholeRecording;

  constructor(keyed: Keyed) {
    this.#keyed = keyed;
  }

  /** What follows belongs to this session. */
  begin(session: string): void {
    this.#session = this.#scopeOf('session', session);
    this.#ofSession.clear();
  }

  /** Text: words, and short numbers, by a key of the session. */
  text(value: string): string {
    return eachAtom(value, (atom) => {
      const kind = kindOf(atom);
      return kind === 'mixed' || (kind === 'digits' && atom.length >= shortestNumber)
        ? this.atom(atom)
        : this.#inSession(atom);
    });
  }

  /**
   * The name of a thing, such as a slug: the same everywhere, and each of its words depends on all of them, so that no word is known from
   * another name; no two names are the same.
   */
  name(value: string): string {
    const atoms: string[] = [];
    eachAtom(value, (atom) => {
      atoms.push(atom);
      return atom;
    });
    const words = atoms.flatMap((atom, index) => (kindOf(atom) === 'letters' ? [index] : []));
    if (words.length < 2) return eachAtom(value, (atom) => this.atom(atom));
    const made = atoms.map((atom) => (kindOf(atom) === 'letters' ? atom : this.atom(atom)));
    // Once forwards, by what each word was before; once backwards, by what the words behind it have become.
    const wordsIn = (list: readonly number[]) => list.map((index) => made[index] ?? '').join(' ');
    for (const [turn, index] of words.entries()) {
      const before = wordsIn(words.slice(0, turn));
      made[index] = this.#make(atoms[index] ?? '', this.#scopeOf('name', before));
    }
    for (let turn = words.length - 2; turn >= 0; turn--) {
      const index = words[turn] ?? 0;
      const behind = wordsIn(words.slice(turn + 1));
      made[index] = this.#make(made[index] ?? '', this.#scopeOf('name back', behind));
    }
    let next = 0;
    return eachAtom(value, () => made[next++] ?? '');
  }

  /** The same everywhere. */
  atom(atom: string): string {
    let found = this.#young.get(atom);
    if (found !== undefined) return found;
    found = this.#old.get(atom) ?? this.#make(atom);
    if (atom.length <= 64) {
      if (this.#young.size >= cacheSize) {
        this.#old = this.#young;
        this.#young = new Map();
      }
      this.#young.set(atom, found);
    }
    return found;
  }

  #inSession(atom: string): string {
    let found = this.#ofSession.get(atom);
    if (found === undefined) {
      found = this.#make(atom, this.#session);
      if (atom.length <= 64 && this.#ofSession.size < cacheSize) this.#ofSession.set(atom, found);
    }
    return found;
  }

  #scopeOf(label: string, text: string): number {
    // Never that of the whole recording.
    return this.#keyed.mac(label, text).readInt32LE(0) || 1;
  }

  #make(atom: string, scope = wholeRecording): string {
    if (atom.length > longestAtOnce) {
      const pieces: string[] = [];
      for (let at = 0; at < atom.length; at += longestAtOnce)
        pieces.push(this.#make(atom.slice(at, at + longestAtOnce), scope));
      return pieces.join('');
    }
    if (/^\d+$/.test(atom)) return this.#digits(atom, scope);
    if (atom.length >= 8 && /\d/.test(atom) && /^(?:[0-9a-f]+|[0-9A-F]+)$/.test(atom)) return this.#hex(atom);
    if (atom.length >= shortestOpaque && /^(?=.*\d)(?=.*[A-Za-z])[0-9A-Za-z]+$/s.test(atom)) return this.#opaque(atom);
    return this.#classes(atom, /\d/.test(atom) ? tweak.mixed : tweak.letters, scope);
  }

  #digits(atom: string, scope: number): string {
    const zeros = /^0*/.exec(atom)?.[0].length ?? 0;
    const digits = Array.from(atom.slice(zeros), Number);
    if (digits.length === 0) return atom;
    const radices = digits.map((_, index) => (index === 0 ? 9 : 10));
    digits[0] = (digits[0] ?? 1) - 1;
    if (!permute(this.#keyed, tweak.digits, digits, radices, scope))
      this.#overwrite(`${scopeName(scope)}${atom}`, digits, radices);
    digits[0] = (digits[0] ?? 0) + 1;
    return atom.slice(0, zeros) + digits.join('');
  }

  #hex(atom: string): string {
    const digits = Array.from(atom, (unit) => Number.parseInt(unit, 16));
    const radices = digits.map(() => 16);
    if (!permute(this.#keyed, tweak.hex, digits, radices)) this.#overwrite(atom.toLowerCase(), digits, radices);
    const out = digits.map((digit) => digit.toString(16)).join('');
    return /[A-F]/.test(atom) ? out.toUpperCase() : out;
  }

  #opaque(atom: string): string {
    const alphabet = `0123456789${/[a-z]/.test(atom) ? 'abcdefghijklmnopqrstuvwxyz' : ''}${/[A-Z]/.test(atom) ? 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' : ''}`;
    const bytes = this.#keyed.stream('opaque', atom, atom.length * 2);
    let out = '';
    for (let i = 0; i < atom.length; i++) out += alphabet[bytes.readUInt16LE(i * 2) % alphabet.length];
    return out;
  }

  #classes(atom: string, kind: number, scope: number): string {
    const digits: number[] = [];
    const radices: number[] = [];
    const firsts: number[] = [];
    for (const unit of atom) {
      const codePoint = unit.codePointAt(0) ?? 0;
      const range = rangeOf(codePoint);
      const [first, size] = rangeAt(range);
      digits.push(range < 0 ? codePoint % size : codePoint - first);
      radices.push(size);
      firsts.push(first);
    }
    if (!permute(this.#keyed, kind, digits, radices, scope)) {
      this.#overwrite(`${scopeName(scope)}${atom.toLowerCase()}`, digits, radices);
    }
    return String.fromCodePoint(...digits.map((digit, index) => (firsts[index] ?? 0) + digit));
  }

  /** Too many possibilities for a permutation, and for a hash to collide. */
  #overwrite(atom: string, digits: number[], radices: readonly number[]): void {
    const bytes = this.#keyed.stream('atom', atom, digits.length * 4);
    for (let i = 0; i < digits.length; i++) digits[i] = bytes.readUInt32LE(i * 4) % (radices[i] ?? 1);
  }
}

const scopeName = (scope: number) => (scope === wholeRecording ? '' : `${scope} `);

function kindOf(atom: string): 'letters' | 'digits' | 'mixed' {
  let digits = 0;
  for (let i = 0; i < atom.length; i++) {
    const unit = atom.charCodeAt(i);
    if (unit >= 48 && unit <= 57) digits++;
  }
  return digits === 0 ? 'letters' : digits === atom.length ? 'digits' : 'mixed';
}

/** The text with each of its atoms replaced. */
function eachAtom(value: string, replace: (atom: string) => string): string {
  let out = '';
  let from = -1;
  let copied = 0;
  for (let i = 0; i < value.length; ) {
    const codePoint = value.codePointAt(i) ?? 0;
    if (rangeOf(codePoint) === -1) {
      if (from >= 0) {
        out += value.slice(copied, from) + replace(value.slice(from, i));
        copied = i;
      }
      from = -1;
    } else if (from < 0) from = i;
    i += codePoint > 0xffff ? 2 : 1;
  }
  return from < 0 ? out + value.slice(copied) : out + value.slice(copied, from) + replace(value.slice(from));
}
