import { createHash } from 'node:crypto';
import type { FieldReader, Scalar } from './field.ts';
import { idKind, withoutIds } from './ids.ts';

const depthAtMost = 40;
const elementsAtMost = 2000;
/** What names an element of a list, in this order. */
const names = ['id', 'uuid', '_id', 'key', 'sku', 'slug', 'code', 'name', 'productId', 'href', 'url', 'title'];

/** Reads a JSON value into fields. Elements of a list are put in the order of what names them, and the order itself is kept apart. */
export function readJson(value: unknown, reader: FieldReader, path = '$', depth = 0): void {
  if (typeof value !== 'object' || value === null) {
    reader.scalar(path, value as Scalar);
    return;
  }
  if (depth >= depthAtMost) {
    reader.scalar(path, 'too deep to be compared');
    reader.leaveOut(1);
    return;
  }
  if (Array.isArray(value)) {
    readList(value, reader, path, depth);
    return;
  }
  reader.container(path, 'object');
  for (const [key, child] of Object.entries(value)) readJson(child, reader, `${path}.${keyName(key)}`, depth + 1);
}

function readList(list: readonly unknown[], reader: FieldReader, path: string, depth: number): void {
  reader.container(path, 'list');
  reader.scalar(`${path} (count)`, list.length);
  const looked = list.slice(0, elementsAtMost);
  reader.leaveOut(list.length - looked.length);
  const named = looked.map((element) => nameOf(element, reader));
  const areNamed = looked.length > 0 && named.every((name) => name !== null) && new Set(named).size === named.length;
  const identities = areNamed ? (named as string[]) : looked.map((element) => digest(element));
  const sorted = identities
    .map((identity, i) => ({ identity, i }))
    .sort((a, b) => (a.identity < b.identity ? -1 : a.identity > b.identity ? 1 : a.i - b.i));
  reader.lists.set(`${path}[]`, {
    members: hashed(sorted.map(({ identity }) => identity)),
    order: hashed(identities),
    aligned: areNamed ? 'id' : 'place',
  });
  const order = areNamed ? sorted.map(({ i }) => i) : looked.map((_, i) => i);
  for (const i of order) readJson(looked[i], reader, `${path}[]`, depth + 1);
}

/** Keys that are data, such as ids and addresses, are one field. */
function keyName(key: string): string {
  return /^[\p{L}_$@-][\p{L}\d_$ .:-]{0,60}$/u.test(key) &&
    idKind(key) === null &&
    !/\d{4}/.test(key) &&
    !key.includes('@', 1)
    ? key
    : '{…}';
}

function nameOf(element: unknown, reader: FieldReader): string | null {
  if (typeof element !== 'object' || element === null) {
    const text = String(element);
    return reader.known(text) ?? withoutIds(text);
  }
  for (const name of names) {
    const value = (element as Record<string, unknown>)[name];
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const text = String(value);
    const known = reader.known(text);
    if (known !== null) return known;
    if (idKind(text) === null) return `${name} ${text}`;
  }
  return null;
}

/** Of a whole element, with ids and moments by their kind only. */
function digest(element: unknown): string {
  try {
    const text = withoutIds(JSON.stringify(element) ?? '').replace(
      /\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g,
      '{moment}',
    );
    return createHash('sha256').update(text).digest('base64url').slice(0, 16);
  } catch {
    return 'too deep';
  }
}

function hashed(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\u0001')).digest('base64url').slice(0, 22);
}
