import { maxDepth } from './bounded-file.ts';
import type { ItemValue, Scalar } from './format.ts';

export interface Leaf {
  readonly path: readonly string[];
  /** `null` as it stands in the document, and what is empty: `{}` and `[]`. */
  readonly value: ItemValue;
  /** Where it is in the document, for marks that go by position. */
  readonly at: readonly (string | number)[];
}

/** Fields that name the members of a list. */
const names = [
  'name',
  'key',
  'id',
  'mountPath',
  'containerPort',
  'port',
  'host',
  'path',
  'target',
  'type',
  'ip',
  'cidr',
];

/**
 * Every value of a document with its path. Lists of scalars are one value; members of other lists go by the name that tells them apart where they have
 * one, and else by what they are, never by their order.
 */
export function* leaves(
  value: unknown,
  path: readonly string[] = [],
  at: readonly (string | number)[] = [],
): Generator<Leaf> {
  if (at.length > maxDepth) return;
  if (Array.isArray(value)) {
    if (value.every(isScalar)) yield { path, value: value as Scalar[], at };
    else {
      const keys = memberKeys(value);
      for (const [index, member] of value.entries()) {
        yield* leaves(member, [...path, keys[index] ?? String(index)], [...at, index]);
      }
    }
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) yield { path, value: [], at };
    for (const [key, each] of entries) yield* leaves(each, [...path, key], [...at, key]);
  } else
    yield { path, value: isScalar(value) ? value : value === null || value === undefined ? null : String(value), at };
}

/** A field that all members have, each with another value, as `[name]`; else the order that their contents sort in. */
function memberKeys(list: readonly unknown[]): string[] {
  const objects = list.filter((each) => typeof each === 'object' && each !== null) as Record<string, unknown>[];
  for (const name of names) {
    const values = objects.map((each) => (Object.hasOwn(each, name) ? each[name] : undefined));
    if (objects.length !== list.length || !values.every((each) => typeof each === 'string' || typeof each === 'number'))
      continue;
    if (new Set(values.map(String)).size === list.length) return values.map(String);
  }
  const sorted = list
    .map((each, index) => ({ text: JSON.stringify(each), index }))
    .sort((a, b) => (a.text < b.text ? -1 : 1));
  const keys: string[] = [];
  for (const [rank, { index }] of sorted.entries()) keys[index] = String(rank);
  return keys;
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
