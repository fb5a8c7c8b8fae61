import type { Keyed } from '../keyed.ts';
import { permute } from '../permute.ts';
import { rangeAt, rangeOf } from './characters.ts';

const shortestOpaque = 12;
/** A longer run is no word; it is replaced piece by piece. */
const longestAtOnce = 1024;
const tweak = { digits: 1, letters: 2, mixed: 3, hex: 4 };
const cacheSize = 60_000;

/**
 * Pseudonyms of plain text, atom by atom: an atom is a run of letters and digits; all else (spaces, punctuation) is format and
 * stays. The same atom has the same pseudonym wherever it stands, so that `order-1234` still names order `1234`.
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

  constructor(keyed: Keyed) {
    this.#keyed = keyed;
  }

  text(value: string, seen?: (atom: string) => void): string {
    let out = '';
    let from = -1;
    for (let i = 0; i < value.length; ) {
      const codePoint = value.codePointAt(i) ?? 0;
      const width = codePoint > 0xffff ? 2 : 1;
      if (rangeOf(codePoint) === -1) {
        if (from >= 0) {
          const atom = value.slice(from, i);
          seen?.(atom);
          out += this.atom(atom);
        }
        from = -1;
        out += value.slice(i, i + width);
      } else if (from < 0) from = i;
      i += width;
    }
    if (from < 0) return out;
    const atom = value.slice(from);
    seen?.(atom);
    return out + this.atom(atom);
  }

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

  #make(atom: string): string {
    if (atom.length > longestAtOnce) {
      const pieces: string[] = [];
      for (let at = 0; at < atom.length; at += longestAtOnce)
        pieces.push(this.#make(atom.slice(at, at + longestAtOnce)));
      return pieces.join('');
    }
    if (/^\d+$/.test(atom)) return this.#digits(atom);
    if (atom.length >= 8 && /\d/.test(atom) && /^(?:[0-9a-f]+|[0-9A-F]+)$/.test(atom)) return this.#hex(atom);
    if (atom.length >= shortestOpaque && /^(?=.*\d)(?=.*[A-Za-z])[0-9A-Za-z]+$/s.test(atom)) return this.#opaque(atom);
    return this.#classes(atom, /\d/.test(atom) ? tweak.mixed : tweak.letters);
  }

  #digits(atom: string): string {
    const zeros = /^0*/.exec(atom)?.[0].length ?? 0;
    const digits = Array.from(atom.slice(zeros), Number);
    if (digits.length === 0) return atom;
    const radices = digits.map((_, index) => (index === 0 ? 9 : 10));
    digits[0] = (digits[0] ?? 1) - 1;
    if (!permute(this.#keyed, tweak.digits, digits, radices)) this.#overwrite(atom, digits, radices);
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

  #classes(atom: string, kind: number): string {
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
    if (!permute(this.#keyed, kind, digits, radices)) this.#overwrite(atom.toLowerCase(), digits, radices);
    return String.fromCodePoint(...digits.map((digit, index) => (firsts[index] ?? 0) + digit));
  }

  /** Too many possibilities for a permutation, and for a hash to collide. */
  #overwrite(atom: string, digits: number[], radices: readonly number[]): void {
    const bytes = this.#keyed.stream('atom', atom, digits.length * 4);
    for (let i = 0; i < digits.length; i++) digits[i] = bytes.readUInt32LE(i * 4) % (radices[i] ?? 1);
  }
}
