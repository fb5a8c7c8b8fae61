const mostLeaves = 5_000;
const deepest = 32;

export interface JsonLeaf {
  /** Keys and array positions, joined by dots. */
  path: string;
  /** The same with `*` for array positions. */
  shape: string;
  value: string;
}

/** @returns undefined for text that is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Strings and numbers of a JSON value, the first 5,000 of them. Keys that a path cannot name are passed over. */
export function jsonLeaves(root: unknown): JsonLeaf[] {
  const leaves: JsonLeaf[] = [];
  const walk = (value: unknown, path: string, shape: string, depth: number) => {
    if (leaves.length >= mostLeaves || depth > deepest) return;
    if (typeof value === 'string' || typeof value === 'number') {
      if (path !== '') leaves.push({ path, shape, value: String(value) });
    } else if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) walk(item, below(path, String(i)), below(shape, '*'), depth + 1);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        if (/^[\w-]+$/.test(key) && key !== '__proto__') walk(item, below(path, key), below(shape, key), depth + 1);
      }
    }
  };
  walk(root, '', '', 0);
  return leaves;
}

const below = (path: string, key: string) => (path === '' ? key : `${path}.${key}`);

/**
 * JSON text with the leaf at `path` set to `text`; a number stays one where `text` is a number or a placeholder.
 * @returns undefined where there is no such leaf
 */
export function withJsonLeaf(json: string, path: string, text: string): string | undefined {
  const root = parseJson(json);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let holder: unknown = root;
  for (const key of keys) holder = own(holder, key);
  const leaf = own(holder, last);
  if (typeof leaf !== 'string' && typeof leaf !== 'number') return undefined;
  const unquoted = typeof leaf === 'number' && /^(?:-?\d+(?:\.\d+)?|__sd\w+__)$/.test(text);
  const mark = unquoted ? `\u0001${text}\u0001` : text;
  (holder as Record<string, unknown>)[last] = mark;
  const changed = JSON.stringify(root);
  return unquoted ? changed.replace(JSON.stringify(mark), () => text) : changed;
}

/** @returns the string or number at `path` as text */
export function jsonLeafAt(root: unknown, path: string): string | undefined {
  let value = root;
  for (const key of path.split('.')) value = own(value, key);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || key === '__proto__' || !Object.hasOwn(value, key))
    return undefined;
  return (value as Record<string, unknown>)[key];
}
