import type { Field } from '../field.ts';
import type { Engine } from './engine.ts';

/** An array or object that is being read. */
interface Frame {
  field: Field;
  isArray: boolean;
  /** It has a member already, so that the next one needs a comma. */
  isOpen: boolean;
}

const isSpace = (unit: number) => unit === 32 || unit === 10 || unit === 13 || unit === 9;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

class NotJson extends Error {}

/**
 * Replaces the values of a JSON text where they stand: layout, order, duplicate keys and the digits of big numbers stay as they
 * are. No recursion, so depth costs memory only.
 * @returns undefined when the text is not JSON
 */
export function rewriteJson(text: string, root: Field, engine: Engine): string | undefined {
  try {
    return new JsonRewriter(text, root, engine).run();
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

class JsonRewriter {
  readonly #text: string;
  readonly #engine: Engine;
  readonly #root: Field;
  readonly #stack: Frame[] = [];
  #at = 0;
  #copied = 0;
  #out = '';

  constructor(text: string, root: Field, engine: Engine) {
    this.#text = text;
    this.#root = root;
    this.#engine = engine;
  }

  run(): string {
    this.#value(this.#root);
    while (this.#stack.length > 0) this.#next();
    this.#spaces();
    if (this.#at < this.#text.length) throw new NotJson();
    return this.#out + this.#text.slice(this.#copied);
  }

  /** The next member of the innermost array or object, or its end. */
  #next(): void {
    const frame = this.#stack[this.#stack.length - 1];
    if (frame === undefined) return;
    this.#spaces();
    const unit = this.#text.charCodeAt(this.#at);
    if (unit === (frame.isArray ? 93 : 125)) {
      this.#at++;
      this.#stack.pop();
      return;
    }
    if (frame.isOpen) {
      if (unit !== 44) throw new NotJson();
      this.#at++;
    }
    frame.isOpen = true;
    this.#member(frame);
  }

  #member(frame: Frame): void {
    if (frame.isArray) {
      this.#value(frame.field);
      return;
    }
    this.#spaces();
    const from = this.#at;
    const key = this.#string();
    let field = frame.field.child(key);
    if (frame.field.isDataName(key)) {
      this.#replace(from, this.#engine.dataName(field, key), true);
      field = field.child('value');
    } else this.#engine.name(field, key);
    this.#spaces();
    if (this.#text.charCodeAt(this.#at) !== 58) throw new NotJson();
    this.#at++;
    this.#value(field);
  }

  #value(field: Field): void {
    this.#spaces();
    const from = this.#at;
    const unit = this.#text.charCodeAt(from);
    if (unit === 34) {
      const value = this.#string();
      const replaced = this.#engine.value(field, value);
      if (replaced !== value) this.#replace(from, replaced, true);
    } else if (unit === 123 || unit === 91) {
      this.#open(field, unit === 91);
    } else if (this.#text.startsWith('true', from) || this.#text.startsWith('null', from)) {
      this.#at += 4;
    } else if (this.#text.startsWith('false', from)) {
      this.#at += 5;
    } else {
      number.lastIndex = from;
      const match = number.exec(this.#text);
      if (match === null) throw new NotJson();
      this.#at += match[0].length;
      const replaced = this.#engine.value(field, match[0], true);
      if (replaced !== match[0]) this.#replace(from, replaced, replaced === null || !isNumber(replaced));
    }
  }

  #open(field: Field, isArray: boolean): void {
    this.#at++;
    this.#stack.push({ field: isArray ? field.items() : field, isArray, isOpen: false });
  }

  #replace(from: number, value: string | null, quoted: boolean): void {
    const literal = value === null ? 'null' : quoted ? JSON.stringify(value) : value;
    this.#out += this.#text.slice(this.#copied, from) + literal;
    this.#copied = this.#at;
  }

  #string(): string {
    if (this.#text.charCodeAt(this.#at) !== 34) throw new NotJson();
    let escaped = false;
    for (let i = this.#at + 1; i < this.#text.length; i++) {
      const unit = this.#text.charCodeAt(i);
      if (unit === 92) {
        escaped = true;
        i++;
      } else if (unit === 34) {
        const from = this.#at;
        this.#at = i + 1;
        if (!escaped) return this.#text.slice(from + 1, i);
        try {
          return String(JSON.parse(this.#text.slice(from, i + 1)));
        } catch {
          throw new NotJson();
        }
      } else if (unit < 32) throw new NotJson();
    }
    throw new NotJson();
  }

  #spaces(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
  }
}

function isNumber(text: string): boolean {
  number.lastIndex = 0;
  return number.exec(text)?.[0].length === text.length;
}
