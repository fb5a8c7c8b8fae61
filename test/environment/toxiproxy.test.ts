import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findToxiproxy } from '../../src/environment/programs.ts';

let folder: string;
let env: NodeJS.ProcessEnv;
let warnings: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-toxiproxy-'));
  // Nothing of this machine's own is found, and nothing is downloaded.
  env = { PATH: join(folder, 'bin'), XDG_CACHE_HOME: join(folder, 'cache'), SHAKEDOWN_OFFLINE: '1' };
  warnings = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const find = () => findToxiproxy({ env, module: join(folder, 'module'), onWarning: (text) => warnings.push(text) });

async function program(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
  return path;
}

test('looks in order: its variable, then PATH', async () => {
  const inPath = await program('bin/toxiproxy-server', "echo 'toxiproxy-server version 2.9.0'");
  env.SHAKEDOWN_TOXIPROXY = await program('own/toxiproxy-server', "echo 'toxiproxy-server version 2.12.0'");
  const { SHAKEDOWN_TOXIPROXY: path } = env;
  expect(await find()).toEqual({ path, version: '2.12.0', origin: 'SHAKEDOWN_TOXIPROXY' });
  delete env.SHAKEDOWN_TOXIPROXY;
  expect(await find()).toEqual({ path: inPath, version: '2.9.0', origin: 'PATH' });
  expect(warnings).toEqual([]);
});

test.each([
  ['another program', "echo 'hello'", /does not answer as Toxiproxy does/],
  ['one that is too old', "echo 'toxiproxy-server version 2.1.4'", /version 2\.1\.4 is too old; 2\.5 or newer/],
  [
    'one that fails',
    'echo "no such library" >&2; exit 127',
    /`toxiproxy-server -version` ended with 127: no such library/,
  ],
])('passes over %s, and says why', async (_title, text, why) => {
  await program('bin/toxiproxy-server', text);
  expect(await find()).toBeNull();
  expect(warnings).toEqual([expect.stringMatching(why)]);
});

test('the release that is pinned is the version that the module is of', async () => {
  const module = new URL('../../chaos/toxiproxy/', import.meta.url);
  const { version } = JSON.parse(await readFile(new URL('pin.json', module), 'utf8')) as { version: string };
  expect(await readFile(new URL('go.mod', module), 'utf8')).toContain(`github.com/Shopify/toxiproxy/v2 v${version} `);
  const source = await readFile(new URL('../../src/environment/programs.ts', import.meta.url), 'utf8');
  expect(source).toContain(`toxiproxy/v2.Version': '${version}'`);
});
