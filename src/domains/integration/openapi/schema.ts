import { type ApiDocument, isTree, type Tree } from './document.ts';
import { at, type Place } from './references.ts';

export type Schema = boolean | Tree;

/** A schema with all that it refers to, as JSON Schema 2020-12: `{ $ref: '#/$defs/0', $defs: … }`. */
export interface Bundle {
  readonly schema: Tree;
  /** Why it says less than the document, or cannot be used, a clause each. */
  readonly doubts: readonly string[];
  readonly isUsable: boolean;
}

const schemasAtMost = 3000;
const single = ['not', 'if', 'then', 'else', 'items', 'additionalProperties', 'contains', 'propertyNames'] as const;
const more = ['unevaluatedProperties', 'unevaluatedItems'] as const;
const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const;
const tables = ['properties', 'patternProperties', 'dependentSchemas'] as const;
/** What says nothing of a value, or would name another place to begin from. */
const dropped = new Set([
  ...['example', 'examples', 'default', 'description', 'title', 'externalDocs', 'xml', 'discriminator', 'deprecated'],
  ...['$id', 'id', '$schema', '$comment', '$anchor', '$dynamicAnchor', '$defs', 'definitions', '$vocabulary'],
]);

/**
 * A schema of an answer, with references within the document put beside it. Properties that are written only are not asked of an answer.
 * @param place of the schema
 */
export function bundleOf(document: ApiDocument, place: Place): Bundle {
  const names = new Map<string, string>();
  const open: Place[] = [];
  const doubts = new Set<string>();
  let isUsable = true;
  const nameOf = (target: Place): string => {
    const known = names.get(target.pointer);
    if (known !== undefined) return known;
    const name = String(names.size);
    names.set(target.pointer, name);
    open.push(target);
    return name;
  };
  const refer = (ref: unknown): Schema => {
    if (typeof ref !== 'string' || !ref.startsWith('#') || (ref !== '#' && !ref.startsWith('#/'))) {
      doubts.add(`${String(ref).slice(0, 100)} is not in the document, so that it was not looked at`);
      return true;
    }
    const target = at(document.root, ref);
    if (target.value === undefined) {
      doubts.add(`${ref.slice(0, 100)} leads to nothing`);
      return true;
    }
    return { $ref: `#/$defs/${nameOf(target)}` };
  };
  nameOf(place);
  const definitions: Record<string, Schema> = {};
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    if (names.size > schemasAtMost) {
      isUsable = false;
      doubts.add(`it has more than ${schemasAtMost} schemas`);
      break;
    }
    const made = convert(next.value, document, refer, doubts);
    definitions[names.get(next.pointer) as string] = made;
  }
  return { schema: { $ref: '#/$defs/0', $defs: definitions }, doubts: [...doubts], isUsable };
}

function convert(value: unknown, document: ApiDocument, refer: (ref: unknown) => Schema, doubts: Set<string>): Schema {
  if (typeof value === 'boolean') return value;
  if (!isTree(value)) {
    doubts.add('a schema is no object');
    return true;
  }
  const own = (one: unknown) => convert(one, document, refer, doubts);
  const is30 = document.version === '3.0';
  // 3.0 takes no notice of what stands beside a reference.
  if (value.$ref !== undefined && is30) return refer(value.$ref);
  const made: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) {
    if (dropped.has(key) || key.startsWith('x-') || key === 'nullable' || key === '$ref') continue;
    if (key === '$dynamicRef') doubts.add('$dynamicRef is not followed');
    else if (includes(single, key) || includes(more, key)) made[key] = own(one);
    else if (includes(lists, key)) made[key] = Array.isArray(one) && one.length > 0 ? one.map(own) : undefined;
    else if (includes(tables, key))
      made[key] = isTree(one) ? Object.fromEntries(Object.entries(one).map(([name, each]) => [name, own(each)])) : {};
    else made[key] = one;
    if (made[key] === undefined) delete made[key];
  }
  if (Array.isArray(made.required) && isTree(value.properties)) {
    const properties = value.properties;
    made.required = made.required.filter((name) => {
      const property = Object.hasOwn(properties, String(name)) ? properties[String(name)] : undefined;
      return !(isTree(property) && property.writeOnly === true);
    });
  }
  if (is30) numbersOf30(made);
  if (value.$ref !== undefined) {
    const target = refer(value.$ref);
    return Object.keys(made).length === 0 ? target : { allOf: [target, made] };
  }
  return is30 && value.nullable === true ? orNull(made) : made;
}

/** In 3.0 `exclusiveMinimum` says how `minimum` is meant. */
function numbersOf30(made: Record<string, unknown>): void {
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof made[exclusive] !== 'boolean') continue;
    if (made[exclusive] === true && typeof made[bound] === 'number') {
      made[exclusive] = made[bound];
      delete made[bound];
    } else delete made[exclusive];
  }
}

function orNull(made: Record<string, unknown>): Schema {
  const isPlain = typeof made.type === 'string' && !lists.some((key) => made[key] !== undefined);
  if (!isPlain) return { anyOf: [{ type: 'null' }, made] };
  const values = Array.isArray(made.enum) && !made.enum.includes(null) ? { enum: [...made.enum, null] } : {};
  return { ...made, ...values, type: [made.type, 'null'] };
}

function includes<T extends string>(all: readonly T[], key: string): key is T {
  return (all as readonly string[]).includes(key);
}
