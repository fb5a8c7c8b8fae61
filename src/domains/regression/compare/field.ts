import { createHash } from 'node:crypto';
import { idKind, type SeenIds, withoutIds } from './ids.ts';

/** One field of an answer; where it stands in a list, of all its elements. */
export interface Field {
  type: string;
  value: string;
  /** The value with ids as the places where they were first seen; null: there is no id in it. */
  link: string | null;
  /** What it looks like: `9-9-9a9:9`. Shows nothing of the value itself. */
  form: string;
  /** The mean of numbers, the length of texts, how far moments are from now; null: none of these. */
  level: number | null;
}

/** How the elements of a list stand to those of the same list in another answer. */
export interface List {
  members: string;
  order: string;
  /** `id`: elements were put in the order of what names them; `place`: nothing names them. */
  aligned: 'id' | 'place';
}

/** Everything of an answer that is compared. */
export interface Fields {
  fields: Map<string, Field>;
  lists: Map<string, List>;
  /** Fields, elements and objects that were left out, as there were too many. */
  leftOut: number;
}

export type Scalar = string | number | boolean | null;

/** More fields than this are no answer that a person could look into. */
const fieldsAtMost = 2000;
const valueAtMost = 120;
const opaqueAtLeast = 16;
const soonMs = 5000;

/** Names of fields that say how long something took: what is compared of them is that they are there. */
const duration =
  /(duration|elapsed|latency|runtime|response-?time|server-timing|took|(^|[._-])(ms|seconds)$|Ms$|Millis$)/i;

/** Gathers fields by path. */
export class FieldReader {
  readonly #found = new Map<
    string,
    { types: Set<string>; values: string[]; links: string[]; forms: Set<string>; levels: number[] }
  >();
  readonly lists = new Map<string, List>();
  readonly #ids: SeenIds;
  readonly #request: number;
  readonly #nowMs: number;
  #leftOut = 0;

  /** @param request place in its session @param nowMs wall clock when it was sent */
  constructor(ids: SeenIds, request: number, nowMs: number) {
    this.#ids = ids;
    this.#request = request;
    this.#nowMs = nowMs;
  }

  /** An object or a list is there. */
  container(path: string, type: string): void {
    this.#at(path)?.types.add(type);
  }

  /** A value of which nobody knows what is in it, such as a cookie's: it is one id as a whole. */
  opaque(path: string, value: string): void {
    this.scalar(path, value);
    const found = this.#at(path);
    if (found === undefined || value.length < opaqueAtLeast) return;
    found.types.add('id');
    found.links[found.links.length - 1] =
      `{${this.#ids.placeOf(value, `${this.#request} ${path} ${found.values.length}`)}}`;
    found.forms.clear();
    found.forms.add(`opaque, ${value.length > 64 ? 'long' : 'short'}`);
  }

  scalar(path: string, value: Scalar): void {
    const found = this.#at(path);
    if (found === undefined) return;
    const text = String(value);
    found.types.add(value === null ? 'null' : typeof value);
    found.values.push(text);
    const link = this.linked(path, value, found.values.length);
    found.links.push(link ?? text);
    if (link !== null) found.types.add('id');
    found.forms.add(formOf(value));
    if (!duration.test(path)) found.levels.push(levelOf(value, this.#nowMs));
  }

  /** So much of an answer is not read. */
  leaveOut(count: number): void {
    this.#leftOut += count;
  }

  /** @returns null: there is no id in it */
  linked(path: string, value: Scalar, count = 1): string | null {
    const place = `${this.#request} ${path} ${count}`;
    if (typeof value === 'number' && /(^|[._-])id$|I[dD]$/.test(path))
      return this.#ids.placeOf(`${path} ${value}`, place);
    return typeof value === 'string' ? this.#ids.linked(value, place) : null;
  }

  /** Where an id was seen before; null: nowhere. */
  known(id: string): string | null {
    return this.#ids.known(id);
  }

  done(): Fields {
    const fields = new Map<string, Field>();
    for (const [path, { types, values, links, forms, levels }] of this.#found) {
      const hasId = types.delete('id');
      const level = levels.length === 0 ? null : levels.reduce((sum, each) => sum + each, 0) / levels.length;
      fields.set(path, {
        type: [...types].sort().join(' or '),
        value: short(values.join('\u0001')),
        link: hasId ? short(links.join('\u0001')) : null,
        form: [...forms].sort().slice(0, 8).join(' | ').slice(0, valueAtMost),
        level: level === null || Number.isNaN(level) ? null : level,
      });
    }
    return { fields, lists: this.lists, leftOut: this.#leftOut };
  }

  #at(path: string) {
    const known = this.#found.get(path);
    if (known !== undefined) return known;
    if (this.#found.size >= fieldsAtMost) {
      this.#leftOut++;
      return undefined;
    }
    const made = { types: new Set<string>(), values: [], links: [], forms: new Set<string>(), levels: [] };
    this.#found.set(path, made);
    return made;
  }
}

/** A text that can be kept for comparing: a long one as its digest. */
function short(text: string): string {
  return text.length <= valueAtMost ? text : `#${createHash('sha256').update(text).digest('base64url')}`;
}

/** What a value looks like, and nothing of what it is: letters as `a`, digits as `9`, ids by their kind. */
function formOf(value: Scalar): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number')
    return value < 0 ? 'number below 0' : Number.isInteger(value) ? 'whole number' : 'number';
  if (value === '') return 'empty text';
  const kind = idKind(value);
  if (kind !== null) return kind;
  return withoutIds(value.slice(0, 4096))
    .split(/(\{(?:uuid|token|hex of \d+)\})/)
    .map((part, i) =>
      i % 2 === 1
        ? part
        : part
            .replace(/\p{L}+/gu, 'a')
            .replace(/\d+/g, '9')
            .replace(/\s+/g, ' ')
            .replace(/(a ?)+(?=a)/g, ''),
    )
    .join('')
    .slice(0, 60);
}

/** NaN: it has none. */
function levelOf(value: Scalar, nowMs: number): number {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') {
    const moment = value > 1.4e12 && value < 2.5e12 ? value : value > 1.4e9 && value < 2.5e9 ? value * 1000 : null;
    return moment === null ? value : distance(moment - nowMs);
  }
  if (value === null) return Number.NaN;
  if (/^(\d{4}-\d\d-\d\d([T ]\d\d:\d\d|$)|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4})/.test(value)) {
    const moment = Date.parse(value);
    if (!Number.isNaN(moment)) return distance(moment - nowMs);
  }
  return value.length;
}

/** How far a moment is from now, in steps that double: a wrong time zone shows, a few ms more do not. */
function distance(ms: number): number {
  return Math.abs(ms) < soonMs ? 0 : Math.sign(ms) * Math.round(2 * Math.log2(Math.abs(ms) / soonMs) + 1);
}
