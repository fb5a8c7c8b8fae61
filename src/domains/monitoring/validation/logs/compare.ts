import { fieldOf, type Line, type Names, usualNames } from './line.ts';

export interface Compared {
  /** Lines that were written and not found; null: only their count is known. */
  missing: Line[] | null;
  missingCount: number;
  /** Lines that were found more often than they were written. */
  duplicates: number;
  /** `content`: line by line; `count`: nothing of what was written is found as it was, so how many there are. */
  by: 'content' | 'count';
}

/**
 * Holds what was written against what was found, whatever the way there did to the order, the times, and fields that were added.
 * @param total lines of that span that were found in all, where only some were read
 */
export function compare(
  written: readonly Line[],
  found: readonly Line[],
  total: number | null,
  names: Names,
): Compared {
  const left = new Map<string, number>();
  const shapes = new Map<string, Line[]>();
  for (const line of written) {
    const shape = JSON.stringify(Object.keys(contentOf(line, names)).sort());
    const lines = shapes.get(shape);
    if (lines === undefined) shapes.set(shape, [line]);
    else lines.push(line);
  }
  const missing: Line[] = [];
  let duplicates = 0;
  for (const [shape, lines] of shapes) {
    const wanted = JSON.parse(shape) as string[];
    left.clear();
    for (const line of found) {
      const key = keyOf(contentOf(line, names), wanted);
      if (key !== null) left.set(key, (left.get(key) ?? 0) + 1);
    }
    const asWritten = new Map<string, number>();
    for (const line of lines) {
      const key = keyOf(contentOf(line, names), wanted) as string;
      const nth = (asWritten.get(key) ?? 0) + 1;
      asWritten.set(key, nth);
      if (nth > (left.get(key) ?? 0)) missing.push(line);
    }
    for (const [key, count] of asWritten) duplicates += Math.max(0, (left.get(key) ?? 0) - count);
  }
  if (written.length > 0 && missing.length === written.length) {
    const missingCount = Math.max(0, written.length - (total ?? found.length));
    if (missingCount < written.length) return { missing: null, missingCount, duplicates: 0, by: 'count' };
  }
  return { missing, missingCount: missing.length, duplicates, by: 'content' };
}

/** Fields by which a line is known again: all but its time, which a back end may cut. */
function contentOf(line: Line, names: Names): Record<string, unknown> {
  const content: Record<string, unknown> = {};
  const left = new Set<string>([
    ...usualNames.time,
    ...usualNames.message,
    ...(names.time === undefined ? [] : [names.time]),
  ]);
  for (const [name, value] of Object.entries(line.fields)) {
    if (!left.has(name) && value !== null && value !== '') content[name] = value;
  }
  const message = fieldOf(line, 'message', names);
  if (message !== undefined) content.message = message;
  return content;
}

function keyOf(content: Record<string, unknown>, wanted: readonly string[]): string | null {
  const values: string[] = [];
  for (const name of wanted) {
    if (!(name in content)) return null;
    values.push(String(content[name]));
  }
  return values.join('\u0000');
}

const numbers = /^(byte|short|integer|long|unsigned_long|half_float|float|double|scaled_float)$/;

/**
 * Why an index does not take a line: a field whose value is not of the type that the index has for it. No value is named.
 * @param types as the index has them
 */
export function conflictOf(line: Line, types: ReadonlyMap<string, string>): string | null {
  for (const [name, value] of Object.entries(line.fields)) {
    const type = types.get(name);
    if (value === null || value === '') continue;
    if (type !== undefined && numbers.test(type) && !isNumber(value))
      return `${name} is ${kindOf(value)}, and ${type} in the index`;
    if (type === 'boolean' && !/^(true|false)$/.test(String(value)))
      return `${name} is ${kindOf(value)}, and boolean in the index`;
    if (type === 'date' && typeof value === 'string' && Number.isNaN(Date.parse(value)) && !isNumber(value))
      return `${name} is ${kindOf(value)} that is no time, and date in the index`;
    if (type === 'object') return `${name} is ${kindOf(value)}, and an object in the index`;
    for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
      const outer = types.get(name.slice(0, dot));
      if (outer !== undefined && !/object|nested|flat|flattened/.test(outer))
        return `${name.slice(0, dot)} is an object, and ${outer} in the index`;
    }
  }
  return null;
}

const isNumber = (value: unknown) =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)));
const kindOf = (value: unknown) =>
  typeof value === 'string' ? 'a text' : typeof value === 'boolean' ? 'true or false' : 'a number';
