import { plural } from '../../report-kit/format.ts';
import { readable } from '../../report-kit/text.ts';

const mostNamed = 4;
const mostCounted = 1000;
const mostDepth = 40;
const longestValue = 60;
const absent = Symbol('absent');

interface Difference {
  path: string;
  stored: unknown;
  made: unknown;
}

/** `it differs in word (“READY”, not “PASSED”) and gates[uat].verdict (…) and 3 more`: the first of what differs, by path; what is stored comes first. */
export function differenceWords(storedText: string, madeText: string): string {
  let stored: unknown;
  try {
    stored = JSON.parse(storedText);
  } catch {
    return 'it is no JSON';
  }
  const found: Difference[] = [];
  compare(stored, JSON.parse(madeText), '', found, 0);
  if (found.length === 0) return 'it has the same data, written otherwise';
  const named = found
    .slice(0, mostNamed)
    .map(({ path, stored: was, made }) => `${readable(path)} (${shown(was)}, not ${shown(made)})`);
  const more = found.length - named.length;
  const rest = more === 0 ? '' : ` and ${found.length >= mostCounted ? 'many' : more} more`;
  return `it differs in ${named.join(', ')}${rest}`;
}

function compare(stored: unknown, made: unknown, path: string, found: Difference[], depth: number): void {
  if (found.length >= mostCounted || Object.is(stored, made)) return;
  const [was, is] = [partsOf(stored), partsOf(made)];
  const isAlike = was !== null && is !== null && Array.isArray(stored) === Array.isArray(made);
  if (!isAlike || depth >= mostDepth) {
    // No results of ours are that deep.
    found.push({ path: path || 'all of it', stored, made });
    return;
  }
  for (const key of new Set([...is.keys(), ...was.keys()])) {
    const place = Array.isArray(made) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    const at = (parts: Map<string, unknown>) => (parts.has(key) ? parts.get(key) : absent);
    compare(at(was), at(is), place, found, depth + 1);
  }
}

/** Members by name, elements by their id where each has one, else by place; null: it has no parts. */
function partsOf(value: unknown): Map<string, unknown> | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const ids = value.map(idOf);
  const areIds = ids.every((id) => id !== null) && new Set(ids).size === ids.length;
  return new Map(value.map((element, index) => [areIds ? (ids[index] ?? '') : String(index), element]));
}

/** Of a gate, or of the objective that a result is of. */
function idOf(element: unknown): string | null {
  if (typeof element !== 'object' || element === null) return null;
  const { id, objective } = element as { id?: unknown; objective?: { id?: unknown } | null };
  const own = id ?? objective?.id;
  return typeof own === 'string' ? own : null;
}

function shown(value: unknown): string {
  if (value === absent) return 'absent';
  if (Array.isArray(value)) return plural(value.length, 'element');
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? `“${value}”` : String(value);
  return readable(text.length > longestValue ? `${text.slice(0, longestValue)}…` : text);
}
