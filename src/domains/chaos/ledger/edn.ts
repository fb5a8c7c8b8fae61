import { ShakedownError } from '../../../model/error.ts';

/**
 * A value of EDN (https://github.com/edn-format/edn). Texts are strings and nil is null; the keys of a map are their `ednText`. A tag is
 * kept with its value, because it may say what a pair is.
 */
export type Edn = string | null | Word | Edn[] | EdnSet | EdnMap | Tagged;
export type EdnMap = Map<string, Edn>;

/** What is equal where its text is: a keyword with its colon, a symbol, a character, true, false, or a number. */
export class Word {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export class EdnSet {
  readonly items: Edn[];
  constructor(items: Edn[]) {
    this.items = items;
  }
}

export class Tagged {
  readonly tag: string;
  readonly value: Edn;
  constructor(tag: string, value: Edn) {
    this.tag = tag;
    this.value = value;
  }
}

const blank = /[\s,]*/y;
const word = /[^\s,;{}[\]()"]+/y;
const plain = /[^"\\]*/y;
/** A character may be a bracket, which no word holds. */
const character = /\\(?:u([0-9a-fA-F]{4})|([a-z]{2,})|([\s\S]))/y;
const characters = new Map([
  ['newline', '\n'],
  ['return', '\r'],
  ['space', ' '],
  ['tab', '\t'],
  ['formfeed', '\f'],
  ['backspace', '\b'],
]);
const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '"': '"', '\\': '\\', '/': '/' };
const closing = { '{': '}', '[': ']', '(': ')' } as const;
/** No history nests its values deeper, and each level needs a part of the stack. */
const deepest = 100;

/** Reads values one behind the other, each character once; each may go on over any number of lines. */
export class EdnReader {
  readonly #text: string;
  #from = 0;
  #depth = 0;
  /** Where the next value is looked for; where the reading stopped, when it could not be read. */
  at: number;

  constructor(text: string, at = 0) {
    this.#text = text;
    this.at = at;
  }

  /** @throws ShakedownError HISTORY_FORMAT where the value has no end or is not EDN */
  next(): Edn {
    this.#from = this.at;
    this.#depth = 0;
    return this.#value();
  }

  /** Goes on to the next value. @returns false: there is none. @throws ShakedownError HISTORY_FORMAT */
  hasNext(): boolean {
    this.#from = this.at;
    this.#depth = 0;
    this.#skipBlank();
    return this.at < this.#text.length;
  }

  #bad(what: string): ShakedownError {
    return new ShakedownError(
      'HISTORY_FORMAT',
      `${what} in ${JSON.stringify(this.#text.slice(this.#from, this.#from + 60))}.`,
    );
  }

  /** Blanks, comments, and values that `#_` leaves out. */
  #skipBlank(): void {
    const text = this.#text;
    for (;;) {
      blank.lastIndex = this.at;
      blank.test(text);
      this.at = blank.lastIndex;
      if (text[this.at] === ';') {
        const end = text.indexOf('\n', this.at);
        this.at = end < 0 ? text.length : end;
      } else if (text.startsWith('#_', this.at)) {
        this.at += 2;
        this.#value();
      } else return;
    }
  }

  #until(close: string): Edn[] {
    const list: Edn[] = [];
    for (;;) {
      this.#skipBlank();
      if (this.at >= this.#text.length) throw this.#bad(`${close} is missing`);
      if (this.#text[this.at] === close) {
        this.at++;
        return list;
      }
      list.push(this.#value());
    }
  }

  #map(namespace: string | null = null): EdnMap {
    const parts = this.#until('}');
    if (parts.length % 2 !== 0) throw this.#bad('A key without a value');
    const result: EdnMap = new Map();
    for (let index = 0; index < parts.length; index += 2) {
      const bare = ednText(parts[index] as Edn);
      const key = namespace !== null && /^:[^/]+$/.test(bare) ? `:${namespace}/${bare.slice(1)}` : bare;
      if (result.has(key)) throw this.#bad(`The key ${key} twice`);
      result.set(key, parts[index + 1] as Edn);
    }
    return result;
  }

  #string(): string {
    const text = this.#text;
    let read = '';
    this.at++;
    for (;;) {
      plain.lastIndex = this.at;
      read += plain.exec(text)?.[0] ?? '';
      this.at = plain.lastIndex;
      if (this.at >= text.length) throw this.#bad('The end of a string is missing');
      if (text[this.at] === '"') {
        this.at++;
        return read;
      }
      const escaped = text[this.at + 1] ?? '';
      this.at += 2;
      if (escaped === 'u' && /^[0-9a-fA-F]{4}$/.test(text.slice(this.at, this.at + 4))) {
        read += String.fromCharCode(Number.parseInt(text.slice(this.at, this.at + 4), 16));
        this.at += 4;
      } else {
        const meant = escapes[escaped];
        if (meant === undefined) throw this.#bad(`The unknown escape \\${escaped}`);
        read += meant;
      }
    }
  }

  #word(): string {
    word.lastIndex = this.at;
    const found = word.exec(this.#text)?.[0];
    if (found === undefined) {
      throw this.#bad(
        this.at >= this.#text.length ? 'A value is missing' : `An unexpected ${this.#text.charAt(this.at)}`,
      );
    }
    this.at += found.length;
    return found;
  }

  #character(): Word {
    character.lastIndex = this.at;
    const [whole = '', code, name, one] = character.exec(this.#text) ?? [];
    const meant =
      code !== undefined
        ? String.fromCharCode(Number.parseInt(code, 16))
        : name !== undefined
          ? characters.get(name)
          : one;
    if (meant === undefined) throw this.#bad(`The unknown character ${whole || '\\'}`);
    this.at += whole.length;
    return new Word(`\\${meant}`);
  }

  #value(): Edn {
    if (++this.#depth > deepest) throw this.#bad(`Values nested deeper than ${deepest} levels`);
    const read = this.#valueAtDepth();
    this.#depth--;
    return read;
  }

  #valueAtDepth(): Edn {
    this.#skipBlank();
    const text = this.#text;
    const first = text[this.at];
    switch (first) {
      case '"':
        return this.#string();
      case '{':
        this.at++;
        return this.#map();
      case '[':
      case '(':
        this.at++;
        return this.#until(closing[first]);
      case '^':
        this.at++;
        this.#value(); // metadata
        return this.#value();
      case '\\':
        return this.#character();
      case '#':
        this.at++;
        return this.#dispatched(text[this.at]);
    }
    const read = this.#word();
    return read === 'nil' ? null : new Word(numberText(read) ?? read);
  }

  /** Behind a `#`. */
  #dispatched(first: string | undefined): Edn {
    if (first === '{') {
      this.at++;
      return new EdnSet(this.#until('}'));
    }
    if (first === '"') return new Word(`#${JSON.stringify(this.#string())}`);
    const tag = this.#word();
    if (tag.startsWith('#')) return new Word(`#${tag}`); // ##Inf and its like
    if (!tag.startsWith(':')) return new Tagged(tag, this.#value());
    this.#skipBlank();
    if (this.#text[this.at] !== '{') throw this.#bad(`No map behind #${tag}`);
    this.at++;
    return this.#map(tag.slice(1));
  }
}

/** Text of a value that is equal where the values are: EDN, with sets and maps in one order. Lists and vectors are equal. */
export function ednText(value: Edn): string {
  if (value === null) return 'nil';
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Word) return value.text;
  if (value instanceof Tagged) return `#${value.tag} ${ednText(value.value)}`;
  if (value instanceof EdnSet) return `#{${value.items.map(ednText).sort().join(' ')}}`;
  if (Array.isArray(value)) return `[${value.map(ednText).join(' ')}]`;
  const entries = [...value].map(([key, part]) => `${key} ${ednText(part)}`);
  return `{${entries.sort().join(' ')}}`;
}

const number = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?([NM]?)$/;
/** A number of more digits than this is written with an exponent. */
const mostDigits = 400;

/**
 * The shortest text of a number, so that 3, 3N and 3.0 are equal. Whole numbers and those with an M are exact; others are doubles.
 * @returns null: it is none
 */
function numberText(read: string): string | null {
  const found = number.exec(read);
  if (found === null) return null;
  const [, , whole = '', fraction, power, suffix] = found;
  const isWhole = fraction === undefined && power === undefined;
  if (suffix === 'N' && !isWhole) return null;
  if (!isWhole && suffix !== 'M') {
    const double = Number(read);
    // Beyond what a double holds only the digits distinguish it.
    const holds = Number.isFinite(double) && (double !== 0 || !/[1-9]/.test(whole + (fraction ?? '')));
    if (holds && String(double) !== read) return numberText(String(double));
  }
  return shortest(found);
}

function shortest([read, sign, whole = '', fraction = '', power = '0']: RegExpExecArray): string {
  const all = whole + fraction;
  let from = 0;
  let to = all.length;
  while (from < to && all[from] === '0') from++;
  if (from === to) return '0';
  while (all[to - 1] === '0') to--;
  const exponent = Number(power) - fraction.length + (all.length - to);
  if (!Number.isSafeInteger(exponent)) return read;
  const minus = sign === '-' ? '-' : '';
  const digits = all.slice(from, to);
  if (exponent >= 0 && digits.length + exponent <= mostDigits) return minus + digits + '0'.repeat(exponent);
  if (exponent >= 0 || -exponent > mostDigits) return `${minus}${digits}E${exponent}`;
  const padded = digits.padStart(1 - exponent, '0');
  return `${minus}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}
