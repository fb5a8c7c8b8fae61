import { isTree } from '../openapi/document.ts';
import { followed } from '../openapi/references.ts';
import { type Flat, flat, type Of, same } from './flat.ts';

/** `parameter` and `request` are sent by clients, `response` is read by them. */
export type Side = 'parameter' | 'request' | 'response';

export interface SchemaChange {
  readonly id: string;
  readonly level: 'error' | 'warning';
  /** `items[].price`; empty: the whole. */
  readonly field: string;
  readonly what: string;
}

const depthAtMost = 24;
const pairsAtMost = 20_000;
/** Where a schema has more fields than this, each schema within is looked at once, at the first field that has it. */
const fieldsAtMost = 2000;
/** Smaller at the one end, larger at the other: what a client may send, or has to be able to read. */
const limits = [
  { key: 'maximum', name: 'max', isUpper: true },
  { key: 'minimum', name: 'min', isUpper: false },
  { key: 'maxLength', name: 'max-length', isUpper: true },
  { key: 'minLength', name: 'min-length', isUpper: false },
  { key: 'maxItems', name: 'max-items', isUpper: true },
  { key: 'minItems', name: 'min-items', isUpper: false },
] as const;
/** What is judged here of alternatives is only whether they are the same. */
const composed = [
  ...['oneOf', 'anyOf', 'not', 'if', 'then', 'else', 'patternProperties', 'prefixItems', 'dependentSchemas'],
  ...['dependentRequired', 'contains', 'minContains', 'maxContains', 'propertyNames', 'unevaluatedProperties'],
  ...['unevaluatedItems', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'uniqueItems', 'additionalProperties'],
] as const;
/** Values to which others may be added (https://opensource.zalando.com/restful-api-guidelines/#112). */
const extensibleEnum = 'x-extensible-enum';
/** Compared below, or of no matter for what is sent. */
const looked = new Set<string>([
  ...[
    ...composed,
    '$ref',
    '$defs',
    '$id',
    '$schema',
    '$anchor',
    '$comment',
    'definitions',
    'allOf',
    'type',
    'nullable',
  ],
  ...['format', 'enum', 'const', 'properties', 'required', 'items', 'pattern', 'default', 'deprecated', 'description'],
  ...['title', 'example', 'examples', 'externalDocs', ...limits.map(({ key }) => key)],
]);

/**
 * Compares what two schemas allow, place by place.
 * @param alike pairs of places that were looked at before, and whether they say the same
 */
export function compareSchemas(
  given: { side: Side; old: Of; now: Of },
  add: (change: SchemaChange) => void,
  doubt: (words: string) => void,
  alike = new Map<string, boolean>(),
): void {
  const { side } = given;
  const isRequest = side !== 'response';
  const visited = new Set<string>();
  let seen = 0;
  const open: { old: Of; now: Of; field: string; within: readonly string[] }[] = [{ ...given, field: '', within: [] }];
  for (const next of open) {
    const { field } = next;
    if ((field === '' || isReference(next.old)) && saysTheSame(next, alike)) continue;
    const [old, now] = [flat(next.old), flat(next.now)];
    if (old === null || now === null) {
      if (next.old.place.value !== undefined || next.now.place.value !== undefined)
        doubt(`${field || 'its schema'} cannot be followed`);
      continue;
    }
    // What is only read is never sent, and the other way round.
    const unseen = isRequest ? 'readOnly' : 'writeOnly';
    if (old.alone[unseen] === true && now.alone[unseen] === true) continue;
    const pair = `${resolved(next.old)} ${resolved(next.now)}`;
    // A schema that holds itself is the same further down.
    if (next.within.includes(pair) || (seen > fieldsAtMost && visited.has(pair))) continue;
    visited.add(pair);
    if (next.within.length > depthAtMost || ++seen > pairsAtMost) {
      doubt('it has more fields than are compared');
      if (seen > pairsAtMost) return;
      continue;
    }
    const within = [...next.within, pair];
    const about = { side, isRequest, field, old, now, add };
    let isAlike = true;
    for (const key of composed) {
      const [a, b] = [old.alone[key], now.alone[key]];
      // Values of fields that are not named are compared one with the other.
      if ((a === undefined && b === undefined) || (key === 'additionalProperties' && isTree(a) && isTree(b))) continue;
      if (same(next.old.document, a, next.now.document, b)) continue;
      doubt(`${field || 'its schema'}: ${key} differs, which is not judged`);
      if (key === 'oneOf' || key === 'anyOf') isAlike = false;
    }
    for (const key of new Set([...Object.keys(old.alone), ...Object.keys(now.alone)])) {
      if (looked.has(key) || key.startsWith('x-')) continue;
      const [a, b] = [old.alone[key] ?? false, now.alone[key] ?? false];
      if (!same(next.old.document, a, next.now.document, b))
        doubt(`${field || 'its schema'}: ${key.slice(0, 40)} differs, which is not judged`);
    }
    // What stands beside alternatives says little once they are others.
    if (!isAlike) continue;
    compareValues(about);
    compareProperties(about);
    for (const [name, place] of old.properties) {
      const other = now.properties.get(name);
      const inner = `${field === '' ? '' : `${field}.`}${name.slice(0, 80)}`;
      if (other !== undefined) open.push({ old: place, now: other, field: inner, within });
    }
    if (old.items !== null && now.items !== null)
      open.push({ old: old.items, now: now.items, field: `${field}[]`, within });
    if (old.values !== null && now.values !== null)
      open.push({ old: old.values, now: now.values, field: `${field === '' ? '' : `${field}.`}*`, within });
  }
}

function isReference({ place: { value } }: Of): boolean {
  return isTree(value) && value.$ref !== undefined;
}

/** What says the same in both needs no look, however much it is. The versions of OpenAPI mean some words otherwise. */
function saysTheSame({ old, now }: { old: Of; now: Of }, known: Map<string, boolean>): boolean {
  if (old.document.version !== now.document.version) return false;
  const pair = `${resolved(old)} ${resolved(now)}`;
  const found = known.get(pair) ?? same(old.document, old.place.value, now.document, now.place.value);
  known.set(pair, found);
  return found;
}

function resolved({ document, place }: Of): string {
  return followed(document.root, place).pointer;
}

interface About {
  readonly side: Side;
  readonly isRequest: boolean;
  readonly field: string;
  readonly old: Flat;
  readonly now: Flat;
  readonly add: (change: SchemaChange) => void;
}

function compareValues({ side, isRequest, field, old, now, add }: About): void {
  const subject =
    side === 'parameter'
      ? field === ''
        ? 'request-parameter'
        : 'request-parameter-property'
      : `${side}-${field === '' ? 'body' : 'property'}`;
  const error = (id: string, what: string) => add({ id: `${subject}-${id}`, level: 'error', field, what });
  const warn = (id: string, what: string) => add({ id: `${subject}-${id}`, level: 'warning', field, what });
  const [before, after] = [old.types, now.types];
  if (before.size > 0 || after.size > 0) {
    // Who sends has to be allowed all that he was; who reads may not meet what he never did.
    const [wide, narrow] = isRequest ? [after, before] : [before, after];
    const fits =
      wide.size === 0 ||
      (narrow.size > 0 && [...narrow].every((type) => wide.has(type) || (type === 'integer' && wide.has('number'))));
    const words = (types: ReadonlySet<string>) => [...types].sort().join(' or ') || 'anything';
    // How an object or a list is written in a parameter is not looked at.
    if (!fits)
      (side === 'parameter' && (field !== '' || after.has('array')) ? warn : error)(
        'type-changed',
        `its type was ${words(before)}, and is ${words(after)}`,
      );
    else if (
      old.format !== now.format &&
      (isRequest ? now.format !== null : old.format !== null) &&
      !before.has('integer') &&
      !before.has('number')
    )
      error('type-changed', `its format was ${old.format ?? 'any'}, and is ${now.format ?? 'any'}`);
  }
  if (isRequest && old.isNullable && !now.isNullable) error('became-not-nullable', 'it could be null, and cannot');
  if (!isRequest && !old.isNullable && now.isNullable) error('became-nullable', 'it was never null, and may be');
  compareEnums({ isRequest, field, old, now, add }, subject, error);
  for (const { key, name, isUpper } of limits) {
    const [was, is] = [old.alone[key], now.alone[key]];
    if (was === is || (side === 'parameter' && field !== '')) continue;
    // oasdiff has a rule for lists that may have less in parameters only, and none for what may be read.
    if (key === 'maxItems' && (side !== 'parameter' || typeof was !== 'number')) continue;
    if (isRequest && typeof is === 'number') {
      if (typeof was !== 'number') warn(`${name}-set`, `${key} is new: ${is}`);
      else if (isUpper ? is < was : is > was)
        error(`${name}-${isUpper ? 'decreased' : 'increased'}`, `${key} was ${was}, and is ${is}`);
    } else if (!isRequest && typeof was === 'number') {
      if (typeof is !== 'number') {
        if (key === 'maxLength' || key === 'minItems') error(`${name}-unset`, `${key} was ${was}, and there is none`);
      } else if (isUpper ? is > was : is < was)
        error(`${name}-${isUpper ? 'increased' : 'decreased'}`, `${key} was ${was}, and is ${is}`);
    }
  }
  const [usual, later] = [old.alone.default, now.alone.default];
  if (isRequest && JSON.stringify(usual) !== JSON.stringify(later)) {
    const kind = usual === undefined ? 'added' : later === undefined ? 'removed' : 'changed';
    const words = (value: unknown) => (value === undefined ? 'none' : (JSON.stringify(value) ?? '').slice(0, 60));
    if (kind !== 'added') warn(`default-value-${kind}`, `its default was ${words(usual)}, and is ${words(later)}`);
  }
  if (side === 'parameter' && field !== '') return;
  const [pattern, other] = [old.alone.pattern, now.alone.pattern];
  if (isRequest && pattern !== other && typeof other === 'string') {
    if (pattern === undefined) error('pattern-added', 'it has a pattern, and had none');
    else add({ id: `${subject}-pattern-changed`, level: 'warning', field, what: 'its pattern is another' });
  }
  if (!isRequest && pattern !== other && typeof pattern === 'string') {
    if (other === undefined) error('pattern-removed', 'it had a pattern, and has none');
    else warn('pattern-changed', 'its pattern is another');
  }
}

function compareEnums(
  { isRequest, field, old, now, add }: Omit<About, 'side'>,
  subject: string,
  error: (id: string, what: string) => void,
): void {
  const shown = (values: readonly unknown[]) =>
    values
      .slice(0, 5)
      .map((value) => JSON.stringify(value)?.slice(0, 60))
      .join(', ');
  const without = (values: readonly unknown[], others: readonly unknown[]) =>
    values.filter((value) => value !== null && !others.some((one) => JSON.stringify(one) === JSON.stringify(value)));
  const [before, after] = [old.values_, now.values_];
  const [known, extensible] = [old.alone[extensibleEnum], now.alone[extensibleEnum]];
  if (isRequest && Array.isArray(known) && Array.isArray(extensible)) {
    const gone = without(known, extensible);
    if (gone.length > 0) error('x-extensible-enum-value-removed', `${shown(gone)} is not known any more`);
  }
  const [was, is] = [old.alone.const, now.alone.const];
  if (was !== undefined || is !== undefined) {
    const kind = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    const breaks = isRequest ? kind !== 'removed' : kind !== 'added';
    if (breaks && JSON.stringify(was) !== JSON.stringify(is) && !subject.startsWith('request-parameter'))
      error(
        `const-${kind}`,
        `it was ${was === undefined ? 'anything' : shown([was])}, and is ${is === undefined ? 'anything' : shown([is])}`,
      );
    return;
  }
  if (isRequest && after !== null) {
    if (before === null) error('became-enum', `it could be anything, and has to be one of ${shown(after)}`);
    else if (before !== null) {
      const gone = without(before, after);
      if (gone.length > 0) error('enum-value-removed', `${shown(gone)} cannot be sent any more`);
    }
  }
  if (!isRequest && before !== null && after !== null) {
    const added = without(after, before);
    if (added.length > 0)
      add({
        id: 'response-property-enum-value-added',
        level: 'warning',
        field,
        what: `it may be ${shown(added)}, which clients do not know`,
      });
  }
}

function compareProperties({ side, isRequest, field, old, now, add }: About): void {
  const of = (name: string) => `${field === '' ? '' : `${field}.`}${name.slice(0, 80)}`;
  const note = (id: string, name: string, what: string, level: SchemaChange['level'] = 'error') =>
    add({ id, level, field: of(name), what });
  for (const [name, place] of old.properties) {
    const isThere = now.properties.has(name);
    const [was, is] = [old.required.has(name), now.required.has(name)];
    const kind = flat(place)?.alone;
    if (!isThere) {
      if (side === 'request') note('request-property-removed', name, 'the field is gone', 'warning');
      else if (side === 'response' && kind?.writeOnly !== true)
        if (was) note('response-required-property-removed', name, 'the field is gone, and was always there');
        else note('response-optional-property-removed', name, 'the field is gone', 'warning');
    } else if (isRequest && !was && is) {
      const alone = flat(now.properties.get(name) as Of)?.alone;
      // oasdiff says no more than that of one with a default: it is taken for what is missing.
      if (side === 'request' && alone?.readOnly !== true && alone?.default === undefined)
        note('request-property-became-required', name, 'it was optional, and is required');
    } else if (!isRequest && was && !is && kind?.writeOnly !== true) {
      note('response-property-became-optional', name, 'it was always there, and may be missing');
    }
  }
  if (side !== 'request') return;
  for (const [name, place] of now.properties) {
    if (old.properties.has(name) || !now.required.has(name)) continue;
    const alone = flat(place)?.alone;
    if (alone?.readOnly === true) continue;
    note(
      `new-required-request-property${alone?.default === undefined ? '' : '-with-default'}`,
      name,
      'it is new and required',
    );
  }
}
