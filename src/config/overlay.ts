import type { Overrides } from '../domains/command.ts';

type Tree = Record<string, unknown>;

/**
 * Lays values over a configuration as it was written; one that is null leaves its key out.
 * @param written is not changed
 * @param overrides by dotted key
 */
export function overlaid(written: object, overrides: Overrides): Tree {
  const over = structuredClone(written) as Tree;
  // What is named as a whole comes before its parts.
  const byDepth = Object.entries(overrides).sort(([a], [b]) => a.split('.').length - b.split('.').length);
  for (const [key, value] of byDepth) set(over, key.split('.'), value);
  return { ...over, ...oneTarget(written as Tree, over) };
}

function set(tree: Tree, path: readonly string[], value: unknown): void {
  const [first = '', ...rest] = path;
  if (rest.length === 0) {
    if (value === null) delete tree[first];
    else tree[first] = isNamed(tree[first]) && isNamed(value) ? replaced(tree[first], value) : value;
    return;
  }
  if (!isTree(tree[first])) {
    if (value === null) return;
    tree[first] = {};
  }
  set(tree[first] as Tree, rest, value);
}

/**
 * Where another system takes the place of the target, what was written for the one before (hosts, headers, keys) must not reach it. Another
 * address of the user's own system, or other defects of the sample system, leave the rest as it is.
 */
function oneTarget({ target: before }: Tree, { target: after }: Tree): Tree {
  if (!isTree(before) || !isTree(after) || after.sample === undefined || after.baseUrl === undefined) return {};
  return { target: before.sample === undefined ? { sample: after.sample } : { baseUrl: after.baseUrl } };
}

/** Entries with a name take the place of those of the same name. */
function replaced(entries: readonly Named[], by: readonly Named[]): Named[] {
  return [...entries.filter(({ name }) => !by.some((one) => one.name === name)), ...by];
}

interface Named {
  name: string;
}

function isNamed(value: unknown): value is Named[] {
  return Array.isArray(value) && value.every((entry) => isTree(entry) && typeof entry.name === 'string');
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
