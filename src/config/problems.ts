import { z } from 'zod';
import { ShakedownError } from '../model/error.ts';
import { closest } from './suggest.ts';

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
}

/**
 * Checks a parsed file against its schema.
 * @param what the file's path, or another name for where the value came from
 * @param renamed what keys were called before, dotted, and are called now; `*` stands for any part
 * @throws ShakedownError `code`, with one line a problem: `target.baseUrl: …`
 */
export function checked<T extends z.ZodType>(
  schema: T,
  value: unknown,
  what: string,
  code: string,
  renamed: Readonly<Record<string, string>> = {},
): z.output<T> {
  const outcome = schema.safeParse(value);
  const dropped = outcome.success ? prototypeKey(value, []) : null;
  if (dropped !== null)
    throw new ShakedownError(code, `${what} is not valid:\n  ${dotted(dropped)}: cannot be a key`, {
      hint: 'Correct that line.',
    });
  if (outcome.success) return outcome.data;
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const given: Given = { json, root: value, renamed };
  const misspelt = new Set(
    outcome.error.issues.flatMap(({ code, path }) => (code === 'unrecognized_keys' ? [dotted(path)] : [])),
  );
  // What a rule of the whole object misses may be what a misspelt key was meant to be.
  const issues = outcome.error.issues.filter(({ code, path }) => code !== 'custom' || !misspelt.has(dotted(path)));
  const lines = [...new Set(issues.flatMap((issue) => problems(issue, given)))];
  throw new ShakedownError(code, [`${what} is not valid:`, ...lines.map((line) => `  ${line}`)].join('\n'), {
    hint: lines.length === 1 ? 'Correct that line.' : `Correct these ${lines.length} lines.`,
  });
}

/** Where a table of free names has the key `__proto__`, which would be dropped without a word; null: nowhere. */
function prototypeKey(value: unknown, path: readonly string[], above: readonly object[] = []): string[] | null {
  if (typeof value !== 'object' || value === null || above.includes(value)) return null;
  for (const key of Object.keys(value)) {
    const at = [...path, key];
    if (key === '__proto__') return at;
    const found = prototypeKey((value as Record<string, unknown>)[key], at, [...above, value]);
    if (found !== null) return found;
  }
  return null;
}

/** What was checked, and against what. */
interface Given {
  json: JsonSchema;
  root: unknown;
  renamed: Readonly<Record<string, string>>;
}

function problems(issue: z.core.$ZodIssue, given: Given): string[] {
  const { json, root } = given;
  const at = dotted(issue.path);
  const under = (key: string) => (issue.path.length === 0 ? printable(key) : `${at}.${printable(key)}`);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const now = newName([...issue.path.map(String), key], given.renamed);
        if (now !== undefined) return `${under(key)}: is now called ${now}`;
        const near = closest(key, keysAt(json, issue.path));
        return `${under(key)}: not known${near === undefined ? '' : `; did you mean ${near}?`}`;
      });
    case 'invalid_union': {
      if (issue.message !== 'Invalid input') return [`${at}: ${issue.message}`];
      // Say what is wrong with the alternative that fits the value's type; the others say only "expected another type".
      const fitting = issue.errors.filter(
        (inner) => !inner.some((one) => one.code === 'invalid_type' && one.path.length === 0),
      );
      const [only] = fitting;
      if (only !== undefined && fitting.length === 1) {
        return only.flatMap((inner) => problems({ ...inner, path: [...issue.path, ...inner.path] }, given));
      }
      return [`${at}: ${expectations(issue.errors)}`];
    }
    case 'invalid_type':
      return valueAt(root, issue.path) === undefined
        ? [`${at}: missing; must be ${kind(issue.expected)}`]
        : [`${at}: must be ${kind(issue.expected)}, not ${shown(valueAt(root, issue.path))}`];
    case 'invalid_value':
      return [`${at}: must be ${issue.values.map(String).join(', ')}, not ${shown(valueAt(root, issue.path))}`];
    case 'too_small':
      return [`${at}: ${bound(issue.inclusive === false ? 'above' : 'at least', Number(issue.minimum), issue.origin)}`];
    case 'too_big':
      return [`${at}: ${bound(issue.inclusive === false ? 'below' : 'at most', Number(issue.maximum), issue.origin)}`];
    case 'invalid_key':
      return issue.issues.map((inner) => `${at}: ${inner.message}`);
    default:
      return [`${at}: ${issue.message}`];
  }
}

/** What a key is called now, where it was called otherwise before. */
function newName(path: readonly string[], renamed: Given['renamed']): string | undefined {
  for (const [before, now] of Object.entries(renamed)) {
    const parts = before.split('.');
    if (parts.length !== path.length || !parts.every((part, i) => part === '*' || part === path[i])) continue;
    const stood = path.filter((_, i) => parts[i] === '*');
    return now.replace(/\*/g, () => printable(stood.shift() ?? '*'));
  }
  return undefined;
}

/** What a bound is of, where it is not of the value itself: one, and several. */
const countedThings: Readonly<Record<string, readonly [one: string, several: string, be: string]>> = {
  string: ['character long', 'characters long', 'be'],
  array: ['entry', 'entries', 'have'],
  set: ['entry', 'entries', 'have'],
  map: ['entry', 'entries', 'have'],
  object: ['key', 'keys', 'have'],
};

function bound(side: string, limit: number, origin: string): string {
  const [one, several, be] = countedThings[origin] ?? ['', '', 'be'];
  return `must ${be} ${side} ${limit} ${limit === 1 ? one : several}`.trimEnd();
}

function kind(expected: string): string {
  const names: Record<string, string> = {
    object: 'an object',
    record: 'an object',
    array: 'a list',
    int: 'a whole number',
    boolean: 'true or false',
  };
  return names[expected] ?? `a ${expected}`;
}

function expectations(alternatives: z.core.$ZodIssue[][]): string {
  const kinds = alternatives.flat().flatMap((issue) => (issue.code === 'invalid_type' ? [kind(issue.expected)] : []));
  return kinds.length === 0 ? 'is none of the forms allowed here' : `must be ${[...new Set(kinds)].join(' or ')}`;
}

function dotted(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '(top level)';
  return path.map((part) => printable(String(part))).join('.');
}

/** A key as it may be shown in a terminal, shortened. */
function printable(text: string): string {
  return /^[\w$-]{1,60}$/.test(text) ? text : JSON.stringify(text.slice(0, 60));
}

function shown(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

function keysAt(json: JsonSchema, path: readonly PropertyKey[]): string[] {
  let level = [json];
  for (const part of path) level = level.flatMap((schema) => step(schema, part));
  return level.flatMap((schema) => alternatives(schema)).flatMap((schema) => Object.keys(schema.properties ?? {}));
}

function step(schema: JsonSchema, part: PropertyKey): JsonSchema[] {
  return alternatives(schema).flatMap((one) => {
    if (typeof part === 'number') return one.items ? [one.items] : [];
    const named = one.properties?.[String(part)];
    if (named !== undefined) return [named];
    return typeof one.additionalProperties === 'object' ? [one.additionalProperties] : [];
  });
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  return schema.anyOf ? schema.anyOf.flatMap(alternatives) : [schema];
}
