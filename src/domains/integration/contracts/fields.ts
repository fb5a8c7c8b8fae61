import { isTree, type Tree } from '../openapi/document.ts';
import type { Schema } from '../openapi/schema.ts';

/** A field of an answer, without its value: `products[].price`. */
export interface OddField {
  readonly path: string;
  /** `unknown`: no schema that it may be of names it. `write-only`: the document says that answers do not have it. */
  readonly kind: 'unknown' | 'write-only';
}

const valuesAtMost = 50_000;
const depthAtMost = 100;
const foundAtMost = 100;

/**
 * Fields that the schema does not name. A schema says what may stand beside what it names: only `additionalProperties` says that this is meant. An
 * object of which nothing is said at all may have anything.
 * @param schema as `bundleOf` makes it
 * @returns `whole`: all of the value was looked at
 */
export function oddFields(schema: Tree, value: unknown): { fields: OddField[]; whole: boolean } {
  const definitions = schema.$defs as Readonly<Record<string, Schema>>;
  const fields = new Map<string, OddField>();
  let seen = 0;
  let whole = true;
  const note = (path: string, kind: OddField['kind']) => {
    if (fields.size < foundAtMost) fields.set(`${kind} ${path}`, { path, kind });
    else whole = false;
  };
  const open: { value: unknown; schemas: readonly Schema[]; path: string; depth: number }[] = [
    { value, schemas: [schema], path: '', depth: 0 },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: one, path, depth } = next;
    if (typeof one !== 'object' || one === null) continue;
    if (++seen > valuesAtMost || depth > depthAtMost) {
      whole = false;
      continue;
    }
    const all = applicable(next.schemas, definitions);
    if (Array.isArray(one)) {
      for (const [i, item] of one.entries()) {
        const schemas = all.flatMap(({ prefixItems, items, contains }) => {
          const fixed = Array.isArray(prefixItems) ? (prefixItems[i] as Schema | undefined) : undefined;
          return [fixed ?? (items as Schema | undefined), contains as Schema | undefined].filter(
            (each) => each !== undefined,
          );
        });
        open.push({ value: item, schemas, path: `${path}[]`, depth: depth + 1 });
      }
      continue;
    }
    const says = all.some(({ properties, patternProperties }) => hasAny(properties) || hasAny(patternProperties));
    for (const [name, inner] of Object.entries(one)) {
      const at = `${path === '' ? '' : `${path}.`}${name.slice(0, 80)}`;
      const named = all.flatMap((each) => ofName(each, name));
      const beside = all.flatMap(({ additionalProperties, unevaluatedProperties }) =>
        [additionalProperties, unevaluatedProperties].filter((each) => each !== undefined && each !== false),
      ) as Schema[];
      if (named.some((each) => isTree(each) && each.writeOnly === true)) note(at, 'write-only');
      if (named.length === 0 && beside.length === 0 && says) note(at, 'unknown');
      else open.push({ value: inner, schemas: named.length > 0 ? named : beside, path: at, depth: depth + 1 });
    }
  }
  return { fields: [...fields.values()], whole };
}

/** Schemas that may be true of the value as well: those referred to, and those of every alternative. */
function applicable(schemas: readonly Schema[], definitions: Readonly<Record<string, Schema>>): Tree[] {
  const found = new Set<Tree>();
  const open = [...schemas];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!isTree(next) || found.has(next)) continue;
    found.add(next);
    const { $ref, allOf, anyOf, oneOf, if: condition, then, else: otherwise, dependentSchemas } = next;
    if (typeof $ref === 'string') open.push(definitions[$ref.slice('#/$defs/'.length)] ?? true);
    for (const list of [allOf, anyOf, oneOf]) if (Array.isArray(list)) open.push(...(list as Schema[]));
    for (const one of [condition, then, otherwise]) if (one !== undefined) open.push(one as Schema);
    if (isTree(dependentSchemas)) open.push(...(Object.values(dependentSchemas) as Schema[]));
  }
  return [...found];
}

function ofName({ properties, patternProperties }: Tree, name: string): Schema[] {
  const found: Schema[] = [];
  if (isTree(properties) && Object.hasOwn(properties, name)) found.push(properties[name] as Schema);
  if (isTree(patternProperties)) {
    for (const [pattern, schema] of Object.entries(patternProperties))
      if (new RegExp(pattern, 'u').test(name)) found.push(schema as Schema);
  }
  return found;
}

function hasAny(table: unknown): boolean {
  return isTree(table) && Object.keys(table).length > 0;
}
