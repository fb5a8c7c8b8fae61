import {
  detectionsIn,
  isFieldName,
  isPersonalName,
  isPublicText,
  kindOf,
  type ValuePseudonyms,
} from '../../traffic/public.ts';
import type { Action, ColumnPlan, ValueType } from '../plan/action.ts';
import { type Elements, NotALiteral, readArray, readRow, writeArray, writeRow } from '../postgres/literals.ts';
import { movedDate } from './dates.ts';
import { masked, movedBytes, movedWords } from './forms.ts';
import { rewriteJson } from './json.ts';
import { otherLetters } from './letters.ts';
import type { Notes } from './notes.ts';
import type { Originals } from './originals.ts';

const mostTurns = 12;
const mostCached = 50_000;
const longestCached = 200;
const url = /^([a-z][a-z\d+.-]{1,20}:\/\/)([^/?#\s]+)([^\s]*)$/i;
const jsonKey = /(?:^|_)id$|[a-z]Id$|uuid/i;

/** What was learned of a column: texts that are shared vocabulary, by path where it is JSON. */
export interface Learned {
  kept: ReadonlyMap<string, ReadonlySet<string>>;
  /** Names in JSON that many rows have. */
  names: ReadonlySet<string>;
}

export const nothingLearned: Learned = { kept: new Map(), names: new Set() };

/** Makes what stands in the place of the values of one column. */
export class Maker {
  readonly #pseudonyms: ValuePseudonyms;
  readonly #originals: Originals;
  readonly #notes: Notes;
  readonly #plan: ColumnPlan;
  readonly #place: string;
  readonly #learned: Learned;
  readonly #structure: ReadonlySet<string>;
  #young = new Map<string, string>();
  #old = new Map<string, string>();
  readonly #unclean = new Set<string>();

  constructor(
    plan: ColumnPlan,
    place: string,
    {
      pseudonyms,
      originals,
      notes,
      learned,
    }: { pseudonyms: ValuePseudonyms; originals: Originals; notes: Notes; learned: Learned },
  ) {
    this.#plan = plan;
    this.#place = place;
    this.#pseudonyms = pseudonyms;
    this.#originals = originals;
    this.#notes = notes;
    this.#learned = learned;
    this.#structure = new Set(plan.structure);
  }

  /** @throws NotALiteral, SyntaxError where the value is not of its type */
  of(value: string | null): string | null {
    return value === null ? null : this.#act(this.#plan.action, value, this.#plan.type, '', this.#plan.isPersonal);
  }

  #act(action: Action, value: string, type: ValueType, path: string, isPersonal: boolean): string | null {
    switch (action.do) {
      case 'keep':
        return value;
      case 'null':
        return null;
      case 'fixed':
        return action.value;
      case 'date':
        return movedDate(this.#pseudonyms, value, false);
      case 'birth':
        return movedDate(this.#pseudonyms, value, true);
      case 'digits':
        return this.#thing(value, false, type);
      case 'thing':
        return this.#structure.has(value) ? this.#kept(value) : this.#thing(value, action.open, type);
      case 'name':
        return this.#structure.has(value) ? this.#kept(value) : this.#shortened(value, this.#name(value), type);
      case 'text':
        return this.#stays(value, path) ? this.#kept(value) : this.#text(value);
      case 'letters':
        return this.#text(value);
      case 'json':
        return this.#json(value, isPersonal);
      case 'xml':
        return value.replace(/(<[^>]*>)|([^<]+)/g, (_, tag: string | undefined, text: string) =>
          tag === undefined
            ? this.#text(text)
            : tag.replace(
                /(["'])(.*?)\1/gs,
                (_found, sign: string, inner: string) => `${sign}${this.#text(inner)}${sign}`,
              ),
        );
      case 'words':
        return movedWords(this.#pseudonyms, value);
      case 'bytes':
        return movedBytes(this.#pseudonyms, value);
      case 'array':
        return this.#array(value, action, type, path, isPersonal);
      case 'row': {
        const fields = readRow(value);
        if (fields.length !== action.fields.length) throw new NotALiteral();
        return writeRow(
          fields.map((field, index) => {
            const of = action.fields[index];
            if (field === null || of === undefined) return null;
            return this.#act(of.action, field, of.type, `${path}.${of.name}`, isPersonal || isPersonalName(of.name));
          }),
        );
      }
      case 'range':
        return value.replace(/"((?:[^"\\]|\\.)*)"|[^\s,"()[\]{}]+/g, (found, quoted: string | undefined) => {
          if (found === 'empty' || found === 'infinity' || found === '-infinity') return found;
          const made = this.#act(action.of, quoted ?? found, type, path, isPersonal) ?? '';
          return quoted === undefined ? made : `"${made}"`;
        });
    }
  }

  #array(value: string, action: Action & { do: 'array' }, type: ValueType, path: string, isPersonal: boolean): string {
    const { bounds, elements } = readArray(value, action.separator);
    const each = (list: Elements): Elements =>
      list.map((element) =>
        element === null
          ? null
          : Array.isArray(element)
            ? each(element)
            : this.#act(action.of, element, type, `${path}[]`, isPersonal),
      );
    return bounds + writeArray(each(elements), action.separator);
  }

  #stays(value: string, path: string): boolean {
    return (
      value === '' ||
      this.#structure.has(value) ||
      isPublicText(value) ||
      this.#learned.kept.get(path)?.has(value) === true
    );
  }

  /** What stays on purpose is no leak. */
  #kept(value: string): string {
    this.#originals.search(value, (hash) => this.#notes.add(this.#place, hash));
    return value;
  }

  #thing(value: string, open: boolean, type: ValueType): string {
    return this.#cached(value, 't', () => {
      const { kind, text } = this.#inRange(value, open, type);
      if (kind === 'kept') return text;
      const mask = /^([\da-f.:]+)(\/\d{1,3})$/i.exec(value);
      if (mask !== null) return masked(this.#pseudonyms.thing(mask[1] ?? '', open).text, mask[2] ?? '');
      return this.#shortened(value, text, type);
    });
  }

  /** Numbers of a type have a least and a most: the next one in the permutation is taken until it fits. */
  #inRange(value: string, open: boolean, { least, most }: ValueType): { kind: string; text: string } {
    let made = this.#pseudonyms.thing(value, open);
    if (least === null || most === null || !/^-?\d+$/.test(value) || made.text.length < most.length - 1) return made;
    while (BigInt(made.text) > BigInt(most) || BigInt(made.text) < BigInt(least))
      made = this.#pseudonyms.thing(made.text, false);
    return made;
  }

  /** What became too long for its column becomes a shorter one, which no traffic has. */
  #shortened(value: string, made: string, { length }: ValueType): string {
    if (length === null || [...made].length <= length) return made;
    const short = this.#pseudonyms.keyed.mac('short', value).toString('hex');
    return made.includes('@') && length >= 14 ? `${short.slice(0, length - 10)}@a.example` : short.slice(0, length);
  }

  #name(value: string): string {
    // Several words have a key of their own, unless no two may become the same.
    if (/\s/.test(value) && kindOf(value) === undefined && !this.#plan.isUnique) return this.#text(value);
    return this.#cached(value, 'n', () => {
      if (/\s/.test(value) && kindOf(value) === undefined)
        return this.#around(value, (text) => this.#pseudonyms.name(text));
      return this.#url(value) ?? this.#pseudonyms.thing(value, false).text;
    });
  }

  #text(value: string): string {
    return this.#cached(value, 'l', () => {
      const kind = value.length < 400 ? kindOf(value) : undefined;
      const thing = kind === undefined ? this.#url(value) : this.#pseudonyms.thing(value, false).text;
      if (thing !== undefined) {
        this.#unclean.add(thing);
        return thing;
      }
      for (let turn = 0; ; turn++) {
        const made = this.#around(value, (text) => otherLetters(this.#pseudonyms, text, turn));
        let isClean = true;
        this.#originals.search(made, () => {
          isClean = false;
        });
        if (isClean) for (const { isMadeUp } of detectionsIn(made)) if (isMadeUp === false) isClean = false;
        if (turn >= mostTurns) this.#unclean.add(made);
        if (isClean || turn >= mostTurns) return made;
      }
    });
  }

  /** What is an address or a number of someone becomes one that nobody has; the text around it is made by `rest`. */
  #around(value: string, rest: (text: string) => string): string {
    const spans = [...detectionsIn(value)].sort((x, y) => x.from - y.from || y.to - x.to);
    if (spans.length === 0) return rest(value);
    let out = '';
    let at = 0;
    for (const { from, to } of spans) {
      if (from < at) continue;
      out += rest(value.slice(at, from)) + this.#pseudonyms.thing(value.slice(from, to), false).text;
      at = to;
    }
    return out + rest(value.slice(at));
  }

  #url(value: string): string | undefined {
    const [, scheme, authority = '', behind = ''] = url.exec(value) ?? [];
    if (scheme === undefined) return undefined;
    const path = behind.replace(/[^/?#&=.]+/g, (piece) =>
      isPublicText(piece) ? piece : this.#pseudonyms.thing(piece, false).text,
    );
    return `${scheme.toLowerCase()}${this.#pseudonyms.host(authority.slice(authority.lastIndexOf('@') + 1))}${path}`;
  }

  #json(value: string, isPersonal: boolean): string {
    const noLength: ValueType = { length: null, least: null, most: null };
    return rewriteJson(
      value,
      {
        isPersonal: isPersonalName,
        name: (name) =>
          isFieldName(name) && (isPublicText(name) || this.#learned.names.has(name))
            ? name
            : this.#pseudonyms.thing(name, false).text,
        number: (text, _path, name, personal) => {
          if (!personal && !jsonKey.test(name)) return text;
          const [mantissa = '', ...exponent] = text.split(/(?=[eE])/);
          return this.#thing(mantissa, false, noLength) + exponent.join('');
        },
        text: (text, path, name, personal) => {
          if (text === '') return text;
          if (/^\d{4}-\d\d-\d\d(?:$|[T ])/.test(text)) return movedDate(this.#pseudonyms, text, personal);
          if (jsonKey.test(name)) return this.#thing(text, false, noLength);
          if (personal) return this.#name(text);
          return this.#stays(text, path) ? this.#kept(text) : this.#text(text);
        },
      },
      isPersonal,
    );
  }

  /**
   * Makes it once, and notes where what was made is something of the source by chance.
   * @param way in which it is made: a text in JSON may be made in several
   */
  #cached(value: string, way: string, make: () => string): string {
    if (value === '') return value;
    const name = way + value;
    let made = this.#young.get(name) ?? this.#old.get(name);
    if (made === undefined) {
      made = make();
      if (value.length <= longestCached) {
        if (this.#young.size >= mostCached) {
          this.#old = this.#young;
          this.#young = new Map();
        }
        this.#young.set(name, made);
      }
    }
    // Letters were made so that they are nothing of the source, but for a few.
    return way === 'l' && !this.#unclean.has(made) ? made : this.#noted(value, made);
  }

  #noted(value: string, made: string): string {
    const lower = value.toLowerCase();
    const isKept = made === value;
    this.#originals.search(made, (hash, text) => {
      if (isKept ? this.#isOpen : !lower.includes(text)) this.#notes.add(this.#place, hash);
    });
    return made;
  }

  get #isOpen(): boolean {
    const { action } = this.#plan;
    return action.do === 'thing' && action.open;
  }
}
