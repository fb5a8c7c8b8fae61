import { isObject, type Json } from '../experiment/values/json.ts';
import { jsonPath } from '../experiment/values/jsonpath.ts';

/** Values of `${name}` in paths, headers and bodies. */
export type Fills = Record<string, string>;

const slot = /\$\{(\w+)\}/g;

/** Fills a text; names without a value stay as they are. */
export function fill(text: string, fills: Fills): string {
  return text.replace(slot, (whole, name: string) => fills[name] ?? whole);
}

/** Fills a path, where values may not add a part or a parameter. */
export function fillPath(path: string, fills: Fills): string {
  return path.replace(slot, (whole, name: string) => {
    const value = fills[name];
    return value === undefined ? whole : encodeURIComponent(value);
  });
}

/** Fills every text in a body. @returns what is sent; undefined: nothing */
export function fillBody(body: unknown, fills: Fills): string | undefined {
  if (body === undefined) return undefined;
  if (typeof body === 'string') return fill(body, fills);
  return JSON.stringify(body, (_, value: unknown) => (typeof value === 'string' ? fill(value, fills) : value));
}

/** Where a string of JSON begins, or a number. */
const stringOrNumber = /"|-?\d[\d.eE+-]*/g;
/** Any number of so many digits comes out of a double as it went in. */
const digitsOfDouble = 15;

/**
 * Reads JSON in which no digit of a number may be lost, as of ids beyond 2^53: numbers that a double does not hold are their text.
 * @throws SyntaxError
 */
function parseExactly(body: string): unknown {
  const parsed: unknown = JSON.parse(body);
  const parts: string[] = [];
  let copied = 0;
  stringOrNumber.lastIndex = 0;
  for (let found = stringOrNumber.exec(body); found !== null; found = stringOrNumber.exec(body)) {
    const [token] = found;
    if (token === '"') stringOrNumber.lastIndex = endOfString(body, found.index);
    else if (!isHeld(token)) {
      parts.push(body.slice(copied, found.index), `"${token}"`);
      copied = stringOrNumber.lastIndex;
    }
  }
  return parts.length === 0 ? parsed : JSON.parse(parts.join('') + body.slice(copied));
}

/** Of a string of valid JSON, the place behind it. A regular expression would need a part of the stack for each escape. */
function endOfString(body: string, from: number): number {
  for (let end = body.indexOf('"', from + 1); ; end = body.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (body[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
}

function isHeld(token: string): boolean {
  const value = Number(token);
  if (String(value) === token) return true;
  const [mantissa = ''] = token.split(/e/i);
  const digits = mantissa.replace(/\D/g, '');
  return digits.length <= digitsOfDouble && Number.isFinite(value) && (value !== 0 || !/[1-9]/.test(digits));
}

/**
 * Values at a place such as `orders[*].note`, numbers as text with all of their digits. An empty list, and null at the place or above
 * it, say that there is none.
 * @returns null: not known, as the answer is no JSON, does not have the place, or has no value and speaks of an error
 */
export function valuesAt(body: string, place: string): string[] | null {
  let answer: unknown;
  try {
    answer = parseExactly(body);
  } catch {
    return null;
  }
  const parts = place
    .replace(/^\$\.?/, '')
    .split('.')
    .filter(Boolean);
  const found = valuesIn(answer, parts);
  return found?.length === 0 && speaksOfError(answer) ? null : found;
}

function valuesIn(value: unknown, [part, ...rest]: string[]): string[] | null {
  if (value === null) return [];
  if (part === undefined) return typeof value === 'string' || typeof value === 'number' ? [String(value)] : null;
  const [, name = '', all] = /^([\w-]*)(\[\*\])?$/.exec(part) ?? [];
  if (name !== '' && !(isObject(value) && Object.hasOwn(value, name))) return null;
  const inner = name === '' ? value : (value as Record<string, unknown>)[name];
  if (all === undefined) return valuesIn(inner, rest);
  if (inner === null) return [];
  if (!Array.isArray(inner)) return null;
  // Among others of its kind one may have no value; where none has, it is another kind.
  const each = inner.map((item) => valuesIn(item, rest));
  return each.length > 0 && each.every((one) => one === null) ? null : each.flatMap((one) => one ?? []);
}

function speaksOfError(answer: unknown): boolean {
  if (!isObject(answer)) return false;
  return [answer.error, answer.errors].some((error) => (Array.isArray(error) ? error.length > 0 : Boolean(error)));
}

/** Where in the answer to a write the id is that the server gave it. */
export type IdPlace = { json: string } | { header: string };

/** What of an answer an id is read from. */
interface Answered {
  body: string;
  header?: (name: string) => string | undefined;
}

/** The id that a server gave to what was written; undefined: it is not where it should be, or is neither text nor number. */
export function idIn({ body, header }: Answered, place: IdPlace): string | undefined {
  if ('header' in place) return idInHeader(place.header.toLowerCase(), header);
  try {
    const [id] = jsonPath(place.json)(parseExactly(body) as Json);
    return (typeof id === 'string' && id !== '') || typeof id === 'number' ? String(id) : undefined;
  } catch {
    return undefined;
  }
}

/** Of an address, such as in `Location`, the last part of its path; of any other header all of it. */
function idInHeader(name: string, header: Answered['header']): string | undefined {
  const value = header?.(name);
  if (value === undefined || value === '') return undefined;
  if (name !== 'location' && name !== 'content-location') return value;
  const [path = ''] = value.split(/[?#]/);
  const last = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last) || undefined;
  } catch {
    return last;
  }
}
