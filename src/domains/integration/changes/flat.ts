import { type ApiDocument, isTree, type Tree } from '../openapi/document.ts';
import { at, child, children, followed, type Place } from '../openapi/references.ts';

/** A schema, and the document that it is of. */
export interface Of {
  readonly document: ApiDocument;
  readonly place: Place;
}

/** A schema with those that it refers to, and all of `allOf`, put together. */
export interface Flat {
  readonly types: ReadonlySet<string>;
  readonly isNullable: boolean;
  readonly format: string | null;
  /** null: any. */
  readonly values_: readonly unknown[] | null;
  readonly properties: ReadonlyMap<string, Of>;
  readonly required: ReadonlySet<string>;
  readonly items: Of | null;
  /** Of fields that are not named. */
  readonly values: Of | null;
  /** Other keys, the last that says something. */
  readonly alone: Tree;
}

/** null: it cannot be followed. */
export function flat({ document, place }: Of): Flat | null {
  const parts: Place[] = [];
  const open = [place];
  const seen = new Set<string>();
  let nullable = false;
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { value } = next;
    if (value === true) continue;
    if (!isTree(value) || seen.has(next.pointer)) return null;
    seen.add(next.pointer);
    if (typeof value.$ref === 'string') {
      const target = followed(document.root, next);
      if (target.value === undefined) return null;
      open.push(target);
      if (document.version === '3.0') continue;
    }
    const inner = orNothing(next);
    if (inner !== null) {
      nullable = true;
      open.push(inner);
      continue;
    }
    parts.push(next);
    if (Array.isArray(value.allOf)) for (const [i] of value.allOf.entries()) open.push(child(child(next, 'allOf'), i));
  }
  let types: Set<string> | null = null;
  let [isNullable, format, values_]: [boolean | null, string | null, readonly unknown[] | null] = [null, null, null];
  const properties = new Map<string, Of>();
  const required = new Set<string>();
  let [items, values]: [Of | null, Of | null] = [null, null];
  const alone: Record<string, unknown> = {};
  for (const part of parts) {
    const value = part.value as Tree;
    Object.assign(alone, value);
    const own: Set<string> | null = value.type === undefined ? null : new Set([value.type].flat().map(String));
    if (own !== null) {
      const allowsNull = own.has('null') || value.nullable === true;
      isNullable = isNullable === null ? allowsNull : isNullable && allowsNull;
      own.delete('null');
      const before: Set<string> = types ?? own;
      types = new Set([...before].filter((type) => own.has(type)));
    }
    if (typeof value.format === 'string') format = value.format;
    const enumerated = Array.isArray(value.enum) ? value.enum : value.const === undefined ? null : [value.const];
    if (enumerated !== null) values_ = enumerated;
    for (const [name, property] of children(child(part, 'properties')))
      properties.set(name, { document, place: property });
    if (Array.isArray(value.required)) for (const name of value.required) required.add(String(name));
    if (isTree(value.items)) items = { document, place: child(part, 'items') };
    if (isTree(value.additionalProperties)) values = { document, place: child(part, 'additionalProperties') };
  }
  return {
    types: types ?? new Set(),
    isNullable: nullable || (isNullable ?? false),
    format,
    values_,
    properties,
    required,
    items,
    values,
    alone,
  };
}

/** Of two alternatives of which one is null, the other; null: it is no such schema. */
function orNothing(place: Place): Place | null {
  for (const key of ['oneOf', 'anyOf']) {
    const list = child(place, key);
    if (!Array.isArray(list.value) || list.value.length !== 2) continue;
    const empty = list.value.findIndex((one: unknown) => isTree(one) && one.type === 'null');
    if (empty >= 0) return child(list, 1 - empty);
  }
  return null;
}

/** Whose keys are names, not words of a schema. */
const tables = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions', 'headers']);
/** Of no matter for what is sent. */
const idle = /^(x-(?!extensible-enum$)|description$|title$|examples?$)/;

/** Whether two say the same, references followed. What is in another document or nowhere may be anything. */
export function same(oldDocument: ApiDocument, old: unknown, nowDocument: ApiDocument, now: unknown): boolean {
  const open: { a: unknown; b: unknown; areNames?: boolean }[] = [{ a: old, b: now }];
  const seen = new Map<unknown, Set<unknown>>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { a, b, areNames = false } = next;
    if (!isTree(a) || !isTree(b)) {
      if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
        for (const [i, one] of a.entries()) open.push({ a: one, b: b[i] });
      else if (JSON.stringify(a) !== JSON.stringify(b)) return false;
      continue;
    }
    if (!areNames && (typeof a.$ref === 'string' || typeof b.$ref === 'string')) {
      const others = seen.get(a) ?? new Set();
      if (others.has(b)) continue;
      seen.set(a, others.add(b));
      const [one, other] = [referred(oldDocument, a), referred(nowDocument, b)];
      if (one.target === undefined || other.target === undefined) return false;
      open.push({ a: one.target, b: other.target }, { a: one.beside, b: other.beside });
      continue;
    }
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
      if (areNames || !idle.test(key)) open.push({ a: a[key], b: b[key], areNames: !areNames && tables.has(key) });
  }
  return true;
}

/** Where a schema leads, and what stands beside its reference, of which 3.0 takes no notice. */
function referred({ root, version }: ApiDocument, { $ref, ...rest }: Tree): { target: unknown; beside: Tree } {
  if (typeof $ref !== 'string') return { target: rest, beside: {} };
  return { target: $ref.startsWith('#') ? at(root, $ref).value : undefined, beside: version === '3.0' ? {} : rest };
}
