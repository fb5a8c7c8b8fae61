import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from './cli.ts';

const sample = 'export default { target: { sample: {} } };';

test.each([
  ['ends the process', 'process.exit(0);', 2, /^error ENDED_EARLY: process\.exit\(0\) was called/],
  [
    'throws in a timer',
    `setTimeout(() => { throw new Error("no VPN"); });\n${sample}`,
    2,
    /CONFIG_SYNTAX: \S+config\.mjs threw an error after it was loaded: no VPN$/m,
  ],
  [
    'leaves a rejected promise',
    `setTimeout(() => Promise.reject(new Error("no VPN")));\n${sample}`,
    2,
    /CONFIG_SYNTAX: \S+config\.mjs threw an error after it was loaded: no VPN$/m,
  ],
])('a configuration module that %s is no verdict, and its fault is its own', async (_, text, code, said) => {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-module-'));
  await writeFile(join(folder, 'shakedown.config.mjs'), text);
  const ended = await runCli(['runs', 'list'], { cwd: folder });
  expect([ended.code, ended.stderr]).toEqual([code, expect.stringMatching(said)]);
  expect(ended.stderr).not.toContain('INTERNAL');
  await rm(folder, { recursive: true, force: true });
});

test.each([
  [
    'names other things',
    'export const config = {};',
    /CONFIG_SYNTAX: \S+config\.mjs has no default export, only config\.$/m,
  ],
  ['exports nothing', 'const config = {};\nexport {};', /CONFIG_SYNTAX: \S+config\.mjs has no default export\.$/m],
])('of a configuration module that %s, the missing default export is named', async (_, text, said) => {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-module-'));
  await writeFile(join(folder, 'shakedown.config.mjs'), text);
  const ended = await runCli(['runs', 'list'], { cwd: folder });
  expect([ended.code, ended.stderr]).toEqual([2, expect.stringMatching(said)]);
  await rm(folder, { recursive: true, force: true });
});

test('what a CommonJS module exports is its configuration', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-module-'));
  await writeFile(join(folder, 'shakedown.config.js'), 'module.exports = { target: { sample: {} } };');
  expect((await runCli(['runs', 'list'], { cwd: folder })).code).toBe(0);
  await rm(folder, { recursive: true, force: true });
});
