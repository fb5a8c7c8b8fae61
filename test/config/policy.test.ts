import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { domains } from '../../src/run/domains.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-policy-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const policyOf = async (policy: string) =>
  (await loadConfig({ cwd: folder, domains, replays: false, overrides: { policy } })).config.policy;

function own(text: string): void {
  mkdirSync(join(folder, 'reports', 'policies'), { recursive: true });
  writeFileSync(join(folder, 'reports', 'policies', 'mine.yaml'), text);
}

test('without one there is none', async () => {
  const { config } = await loadConfig({ cwd: folder, domains, replays: false });
  expect(config.policy).toBeUndefined();
});

const bundled = readdirSync(fileURLToPath(new URL('../../reports/policies', import.meta.url))).filter((name) =>
  name.endsWith('.yaml'),
);

test.each(bundled)('%s, which comes with Shakedown, can be read', async (file) => {
  const policy = await policyOf(file.replace('.yaml', ''));
  expect(policy?.gates.length).toBeGreaterThan(0);
  expect(policy?.title).not.toBe('');
});

test('the whole stage names every gate that there is', async () => {
  const there = domains.flatMap(({ gates = [] }) => gates.map(({ id }) => id));
  expect((await policyOf('whole-stage'))?.gates).toEqual(expect.arrayContaining(there));
});

test('one of the project goes before one that comes with Shakedown, and may be named by its file', async () => {
  own(
    'title: Mine\ngates: [performance]\nobjectives: { throughput: { target: 3 } }\nmaxAgeHours: { performance: 4 }\n',
  );
  const mine = {
    ...{ name: 'mine', title: 'Mine', gates: ['performance'] },
    ...{ objectives: { throughput: { target: 3 } }, maxAgeHours: { performance: 4 } },
    // Of the file's bytes, as `sha256sum` prints it.
    sha256: '3bd0d47d41b822e4d94cb601f91c53f3dbaf846b392c0192f2b9d8901984a09c',
  };
  expect(await policyOf('mine')).toMatchObject(mine);
  expect(await policyOf('reports/policies/mine.yaml')).toMatchObject(mine);
});

test.each([
  ['no policy of that name', 'nothing', '', 'POLICY_NOT_FOUND', /There are .*five-minutes/],
  ['a path out of its folder', '../../etc/passwd', '', 'POLICY_NOT_FOUND', /There are/],
  [
    'an objective that nobody has',
    'mine',
    'title: M\ngates: [x]\nobjectives: { trough: { target: 1 } }',
    'POLICY_INVALID',
    /throughput/,
  ],
  [
    'an age of a gate that it does not name',
    'mine',
    'title: M\ngates: [performance]\nmaxAgeHours: { y: 1 }',
    'POLICY_INVALID',
    /gates/,
  ],
  [
    'a gate that does not exist',
    'mine',
    'title: M\ngates: [perfomance]\n',
    'POLICY_INVALID',
    /There are .*performance/,
  ],
  [
    'a comparison that asks for the opposite',
    'mine',
    "title: M\ngates: [stability]\nobjectives: { availability: { comparison: '<' } }\n",
    'POLICY_INVALID',
    /Correct these objectives/,
  ],
  [
    'weights that leave a gate which nothing can fail',
    'mine',
    'title: M\ngates: [scalability]\nobjectives: { capacity: { weight: 0, key: false } }\n',
    'POLICY_INVALID',
    /./,
  ],
  ['a gate named twice', 'mine', 'title: M\ngates: [uat, uat]\n', 'POLICY_INVALID', /once/],
  ['no gates', 'mine', 'title: M\ngates: []\n', 'POLICY_INVALID', /./],
])('refuses %s', async (_, name, text, code, hint) => {
  own(text);
  await expect(policyOf(name)).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) });
});

test('a table of the configuration without what the policy names is refused', async () => {
  const objectives = [{ id: 'mine', metric: 'coverage', comparison: '>=' as const, target: 1 }];
  const overrides = { policy: 'five-minutes', objectives: objectives as never };
  await expect(loadConfig({ cwd: folder, domains, replays: false, overrides })).rejects.toMatchObject({
    code: 'POLICY_INVALID',
    message: expect.stringMatching(/names throughput, and the table of objectives of the configuration lacks it/),
  });
});
