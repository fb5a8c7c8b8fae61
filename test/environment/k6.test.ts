import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { onPath } from '../../src/environment/paths.ts';
import { type FindK6Options, findK6 } from '../../src/environment/programs.ts';

let folder: string;
let env: NodeJS.ProcessEnv;
let warnings: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-k6-'));
  // Nothing of this machine's own is found, and nothing is downloaded.
  env = { PATH: join(folder, 'bin'), XDG_CACHE_HOME: join(folder, 'cache'), SHAKEDOWN_OFFLINE: '1' };
  warnings = [];
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'module'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const find = (more: FindK6Options = {}) =>
  findK6({ env, module: join(folder, 'module'), onWarning: (text) => warnings.push(text), ...more });

async function program(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
  return path;
}

// What `k6 version` answers, as printed by the stock and by our own build of 2.2.0.
const stock = "echo 'k6 v2.2.0 (commit/45d5bd9f03, go1.26.8, linux/amd64)'";
const own =
  "printf 'k6-x v2.2.0 (go1.26.8, linux/amd64)\\nExtensions:\\n  shakedown/k6/replay , k6/x/shakedown [js]\\n'";

test('looks in order: configuration, environment, PATH, cache', async () => {
  const configured = await program('a/k6', stock);
  env.SHAKEDOWN_K6 = await program('b/k6', own);
  const inPath = await program('bin/k6', stock);
  expect(await find({ k6Path: configured })).toEqual({
    path: configured,
    version: '2.2.0',
    build: 'stock',
    origin: 'configuration',
  });
  expect(await find()).toMatchObject({ path: env.SHAKEDOWN_K6, build: 'shakedown', origin: 'SHAKEDOWN_K6' });
  delete env.SHAKEDOWN_K6;
  expect(await find()).toMatchObject({ path: inPath, build: 'stock', origin: 'PATH' });
  expect(warnings).toEqual([]);
});

test.each([
  [
    'exits with an error',
    'echo "cannot open shared object" >&2; exit 127',
    /ended with 127: cannot open shared object/,
  ],
  ['is another program', 'echo "k6, the mountain"', /does not answer as k6 does/],
  ['is too old', "echo 'k6 v0.49.0 (go1.21.6, linux/amd64)'", /version 0\.49\.0 is too old/],
])('a k6 that %s is passed over with the reason', async (_, text, reason) => {
  env.SHAKEDOWN_K6 = await program('b/k6', text);
  const inPath = await program('bin/k6', stock);
  expect(await find()).toMatchObject({ path: inPath });
  expect(warnings).toEqual([expect.stringMatching(reason)]);
});

test('a k6 that is not there is passed over', async () => {
  env.SHAKEDOWN_K6 = join(folder, 'nowhere');
  expect(await find()).toBeNull();
  expect(warnings).toEqual([expect.stringMatching(/nowhere \(SHAKEDOWN_K6\) is not used: not found/)]);
});

test('without Go there is nothing to build with', async () => {
  await writeFile(join(folder, 'module/go.mod'), 'module m\n');
  expect(await find()).toBeNull();
  expect(warnings).toEqual([expect.stringMatching(/no Go compiler/)]);
});

const [go] = onPath('go');
const main = (name: string) =>
  `package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("${name} v2.9.9 (go1.26.8, linux/amd64)\\n  x/shakedown") }\n`;

test.skipIf(go === undefined)('builds the module once, and again when its sources have changed', async () => {
  // Go's own cache, so that the standard library is not compiled anew.
  env.PATH = `${join(folder, 'bin')}:${dirname(go ?? '')}`;
  const module = join(folder, 'module');
  await writeFile(join(module, 'go.mod'), 'module m\n\ngo 1.21\n');
  await writeFile(join(module, 'main.go'), main('k6'));
  expect(await find()).toMatchObject({ version: '2.9.9', build: 'shakedown', origin: 'built from source' });
  expect(await find()).toMatchObject({ version: '2.9.9', origin: 'cache' });
  await writeFile(join(module, 'main.go'), main('k6').replace('2.9.9', '3.0.0'));
  expect(await find({ obtain: false })).toBeNull();
  expect(await find()).toMatchObject({ version: '3.0.0', origin: 'built from source' });

  await writeFile(join(module, 'main.go'), 'package main\n\nfunc main() { nonsense }\n');
  expect(await find()).toBeNull();
  expect(warnings).toEqual([expect.stringMatching(/could not be built: .*nonsense/)]);
  expect((await readdir(join(folder, 'cache/shakedown'))).filter((name) => name.endsWith('.part'))).toEqual([]);
});
