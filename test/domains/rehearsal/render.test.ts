import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  alsoSecret,
  changesOf,
  differencesOf,
  problemsOf,
  render,
} from '../../../src/domains/rehearsal/configuration/render.ts';

const folder = mkdtempSync(join(tmpdir(), 'shakedown-render-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const rendering = { values: { region: 'eu"\n: x' }, environment: { KEY: 'hunter-two-22' } };
/** A reference, as it is written in a file. */
const ref = (what: string) => `\${${what}}`;

it('puts in references, and a value cannot change the form of the file', () => {
  file('key.txt', 'file-secret-1\n');
  const text = JSON.stringify({
    a: ref('env:KEY'),
    b: [ref('file:key.txt')],
    c: ref('region'),
    d: `$${ref('kept')}`,
    n: 3,
  });
  const found = render(file('one.json', text), rendering);
  expect(found.content).toEqual({ a: 'hunter-two-22', b: ['file-secret-1'], c: 'eu"\n: x', d: ref('kept'), n: 3 });
  expect([...found.secretAt]).toEqual(['a', 'b.0']);
  expect(found.secrets).toEqual(['hunter-two-22', 'file-secret-1']);
});

it('reads YAML and environment files', () => {
  expect(render(file('one.yaml', 'delivery:\n  days: 2\n'), rendering).leaves.get('delivery.days')).toBe(2);
  const env = render(file('.env', `DAYS=2\nAPI_KEY=${ref('env:KEY')}\n`), rendering);
  expect([env.isEnvironment, env.leaves.get('API_KEY')]).toEqual([true, 'hunter-two-22']);
});

it.each([
  ['a reference without a value', JSON.stringify({ a: ref('env:NONE') }), 'a: env:NONE is missing or empty.'],
  ['a name without a value', JSON.stringify({ a: ref('toString') }), 'a: values has no toString.'],
  ['no table', '3', 'holds no table.'],
  ['a broken file', '{"password": "hunter-two-22', 'is neither JSON nor YAML.'],
])('refuses %s', (_, text, why) => {
  expect(() => render(file('bad.json', text), rendering)).toThrow(why);
});

it('a schema is applied whole, or not at all', () => {
  const schema = file(
    'schema.json',
    JSON.stringify({ type: 'object', properties: { days: { type: 'integer', minimum: 1 } } }),
  );
  expect(problemsOf({ days: 2 }, schema)).toEqual([]);
  expect(problemsOf({ days: 0 }, schema)).toEqual([expect.stringMatching(/^days: /)]);
  const odd = file('odd.json', JSON.stringify({ type: 'object', properties: { days: { contains: {} } } }));
  expect(() => problemsOf({ days: 0 }, odd)).toThrow('contains is not understood');
});

it('shows differences without secrets, also where only one of them refers to it', () => {
  const before = render(file('before.json', JSON.stringify({ key: 'plain-secret', days: 3 })), rendering);
  const after = render(file('after.json', JSON.stringify({ key: ref('env:KEY'), days: 2, more: true })), rendering);
  expect(changesOf(before, after)).toEqual([
    { at: 'key', before: '(secret)', after: '(secret)' },
    { at: 'days', before: '3', after: '2' },
    { at: 'more', before: '(absent)', after: 'true' },
  ]);
  expect(changesOf(after, after)).toEqual([]);
  expect(alsoSecret(before, after).secrets).toContain('plain-secret');
});

it('finds drift, takes the digest of a secret for it, and never shows it', () => {
  const declared = render(file('declared.json', JSON.stringify({ key: ref('env:KEY'), days: 2 })), rendering);
  const digest = 'sha256:29a8f1c2d2fbb2b43e7a5ac9a3c4f5c2';
  expect(differencesOf(declared, { key: 'hunter-two-22', days: 2, extra: 1 })).toEqual({ differences: [], unseen: [] });
  expect(differencesOf(declared, { days: 3 })).toEqual({ differences: ['days is 3'], unseen: ['key'] });
  expect(differencesOf(declared, { key: digest, days: 2 }).differences).toEqual(['key is another secret']);
  expect(differencesOf(declared, null).differences).toEqual(['days is absent']);
});
