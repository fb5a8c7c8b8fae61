import type { Header } from '../../../../model/traffic.ts';
import { namedDuration } from './duration-unit.ts';
import { parseEpoch, parseIsoTime, parseLogTime, type Stamp } from './log-time.ts';

export type JsonRow = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value under a name, which may itself hold dots, or else lead into objects: `http.request.method`. */
export function valueAt(row: JsonRow, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name];
  for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
    const inner = row[name.slice(0, dot)];
    if (isObject(inner)) return valueAt(inner, name.slice(dot + 1));
  }
  return undefined;
}

export function objectAt(row: JsonRow, name: string): JsonRow {
  const value = valueAt(row, name);
  return isObject(value) ? value : {};
}

/** Text or a number as text; empty where there is none, or only a dash. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value === '-' ? '' : value;
  return typeof value === 'number' ? String(value) : '';
}

export function textAt(row: JsonRow, name: string): string {
  return textOf(valueAt(row, name));
}

/** A number that is not negative, written as one or as text; undefined for anything else. */
export function numberAt(row: JsonRow, name: string): number | undefined {
  const text = textAt(row, name);
  const number = text === '' ? Number.NaN : Number(text);
  return number >= 0 ? number : undefined;
}

/** An instant in any of the usual notations. */
export function stampOf(value: unknown): Stamp | undefined {
  if (typeof value === 'number') return parseEpoch(value);
  if (typeof value !== 'string') return undefined;
  return parseIsoTime(value) ?? parseLogTime(value) ?? parseEpoch(value) ?? parseHttpDate(value);
}

/** `Sat, 10 Oct 2026 10:00:00 GMT` (RFC 9110), which morgan writes unless it is told otherwise. */
function parseHttpDate(text: string): Stamp | undefined {
  const [, day, month, year, time] =
    /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}:\d{2}:\d{2}) GMT$/.exec(text) ?? [];
  return day === undefined ? undefined : parseLogTime(`${day}/${month}/${year}:${time} +0000`);
}

/** `{"User-Agent": ["…"], "Accept": "…"}` as headers with names in lower case. */
export function headersIn(object: JsonRow): Header[] {
  const headers: Header[] = [];
  for (const [name, value] of Object.entries(object)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      const text = textOf(one);
      // Caddy writes REDACTED for cookies and credentials unless it is told to keep them.
      if (text !== '' && text !== 'REDACTED' && !name.startsWith(':')) headers.push([name.toLowerCase(), text]);
    }
  }
  return headers;
}

/** Milliseconds of a duration that is a number in `unitMs`, or text with its own unit. */
export function durationAt(row: JsonRow, name: string, unitMs: number): number | undefined {
  const number = numberAt(row, name);
  return number === undefined ? namedDuration(textAt(row, name)) : number * unitMs;
}
