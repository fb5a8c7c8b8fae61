import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { configurationRules } from '../../src/config/schema.ts';
import { domains } from '../../src/run/domains.ts';
import { generatedFiles } from './reference/generated.ts';
import type { Node } from './reference/node.ts';
import { type Row, rowsOf } from './reference/rows.ts';

const { parts, schema } = await configurationRules(domains);
const examples = parts.flatMap((part) => part.examples);
const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node;
const rows = Object.entries(json.properties ?? {})
  .filter(([key]) => key !== '$schema')
  .flatMap(([key, node]) => rowsOf(node, [key], json.required?.includes(key) ?? false));
const nameOf = ({ path, kind }: Row) => `${path.join('.')}${kind === null ? '' : ` (${kind})`}`;

test.each(Object.entries(await generatedFiles()))(
  '%s is what the schemas say: else `npm run reference`',
  async (path, text) => {
    expect(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(text);
  },
);

test('every key says what it means, and what holds where it is absent', () => {
  expect(rows.length).toBeGreaterThan(150);
  expect(rows.filter(({ meaning }) => meaning === '').map(nameOf)).toEqual([]);
  const silent = rows.filter(({ preset, meaning }) => preset === null && !/Needed when \w+ is absent/.test(meaning));
  expect(silent.map(nameOf)).toEqual([]);
});

test('the examples are valid, and show every key', () => {
  for (const { schemas, examples: own } of parts) {
    for (const example of own) {
      const wrong = Object.entries(example).flatMap(
        ([key, value]) => schemas[key]?.safeParse(value).error?.issues ?? [],
      );
      expect(wrong).toEqual([]);
    }
  }
  const missing = rows.filter(({ path, kind }) => examples.every((one) => found(one, path, kind).length === 0));
  // Of two keys that exclude each other, the example has one.
  expect(missing.filter(({ meaning }) => !/Needed when/.test(meaning)).map(nameOf)).toEqual([]);
});

/** Values at a path with places for each of a list or table, in entries of the kind only. */
function found(value: unknown, [first, ...rest]: readonly string[], kind: string | null): unknown[] {
  if (first === undefined) return [value];
  if (typeof value !== 'object' || value === null) return [];
  const entries =
    first === '[]' || first === '<name>' ? Object.values(value) : [(value as Record<string, unknown>)[first]];
  return entries.filter((entry) => entry !== undefined).flatMap((entry) => found(entry, rest, kind));
}
