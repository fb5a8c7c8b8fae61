import { isObject, type Json } from './json.ts';

/** Python's `==`: numbers and booleans are compared by value, lists and mappings by what they hold. */
export function equal(one: Json | undefined, other: Json | undefined): boolean {
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, index) => equal(item, other[index]));
  }
  if (isObject(one)) {
    if (!isObject(other)) return false;
    const keys = Object.keys(one);
    return (
      keys.length === Object.keys(other).length && keys.every((key) => key in other && equal(one[key], other[key]))
    );
  }
  return plain(one) === plain(other);
}

const plain = (value: Json | undefined) => (typeof value === 'boolean' ? Number(value) : value);

/** Python's `low <= value <= high`; null where Python would refuse to compare them. */
export function between(low: Json | undefined, value: Json | undefined, high: Json | undefined): boolean | null {
  const three = [low, value, high].map(plain);
  if (three.every((item) => typeof item === 'number') || three.every((item) => typeof item === 'string')) {
    const [from, it, to] = three as [number, number, number];
    return from <= it && it <= to;
  }
  return null;
}

/** Python's truth of a value. */
export function truthy(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** Python's `str()`, as its templates put values into text: `True`, `None`, `['a', 1]`. */
export function str(value: Json | undefined): string {
  return typeof value === 'string' ? value : repr(value);
}

function repr(value: Json | undefined): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const escaped = value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(quote, `\\${quote}`);
    return quote + escaped + quote;
  }
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${repr(key)}: ${repr(item)}`)
    .join(', ')}}`;
}
