import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadResults } from '../e2e/project.ts';
import { startCli } from './cli.ts';
import { runInProcess } from './in-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-simulate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = (...args: string[]) =>
  startCli(['simulate', '--engine', 'autocannon', '--out', 'runs', ...args], { cwd: folder });

test('--json prints the results and nothing else on stdout; the fallback engine is told first and last', async () => {
  const { code, stdout, stderr } = await start('--duration', '2s', '--json').ended;
  const results = JSON.parse(stdout) as LoadResults;
  const run = join(folder, 'runs', results.run.id);
  expect(results).toEqual(JSON.parse(await readFile(join(run, 'results.json'), 'utf8')));
  expect(results.sections.load.engine).toMatchObject({ name: 'autocannon', certifiable: false });
  expect(code).toBe({ pass: 0, fail: 1, inconclusive: 3 }[results.verdict]);
  expect(stderr).toContain(`report  ${join(run, 'index.html')}`);
  expect(stderr.match(/cannot certify anything/g)?.length).toBeGreaterThanOrEqual(2);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/cannot certify anything/);
  expect(results.run.command).toBe('shakedown simulate --engine autocannon --out runs --duration 2s --json');

  const again = await runInProcess(['report', '--from', run, '--json']);
  expect(JSON.parse(again.stdout)).toEqual(results);
});

test('Ctrl-C ends with a partial report and 130, once, however often npm passes it on', async () => {
  const { child, output, ended } = start('--duration', '2m');
  await expect.poll(() => output.stderr, { timeout: 50_000 }).toMatch(/^replaying$/m);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  child.kill('SIGINT');
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect(code).toBe(130);
  const index = /^report {2}(.*)$/m.exec(stdout)?.[1] ?? '';
  expect(existsSync(index)).toBe(true);
  const results = JSON.parse(await readFile(index.replace('index.html', 'results.json'), 'utf8')) as LoadResults;
  expect(results.run.interrupted).not.toBeNull();
  expect(results.word).not.toBe('PASSED');
  expect(stdout).toMatch(/Interrupted after/);
});

test('Ctrl-C before the load begins leaves no run behind', async () => {
  const before = (await readdir(join(folder, 'runs'))).length;
  const { child, output, ended } = start('--duration', '2m');
  await expect.poll(() => output.stderr, { timeout: 50_000 }).toMatch(/^starting the sample system$/m);
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect([code, stderr]).toEqual([130, expect.stringMatching(/^error INTERRUPTED: Ended by SIGINT/m)]);
  expect(await readdir(join(folder, 'runs'))).toHaveLength(before);
});
