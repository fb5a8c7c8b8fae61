import { chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chaosClean } from '../../../../src/domains/chaos/commands/clean.ts';
import { noteFolder } from '../../../../src/domains/chaos/guard/left.ts';
import { registerList } from '../../../../src/domains/chaos/guard/registry.ts';
import type { Services } from '../../../../src/domains/command.ts';
import type { Terminal } from '../../../../src/report-kit/terminal/terminal.ts';
import { isAlive } from '../../../alive.ts';
import { startCli } from '../../../cli/cli.ts';

let folder: string;
let said: string;
let code: number;
let cache: string | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-clean-'));
  cache = process.env.XDG_CACHE_HOME;
  process.env.XDG_CACHE_HOME = folder;
  said = '';
  code = 0;
});
afterEach(async () => {
  if (cache === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = cache;
  await rm(folder, { recursive: true, force: true });
});

const services = {
  terminal: { out: (text: string) => (said += text) } as unknown as Terminal,
  setExitCode: (given: number) => {
    code = given;
  },
} as unknown as Services;

async function leave(steps: object[]): Promise<void> {
  const list = join(folder, 'run', 'undo-1');
  await mkdir(list, { recursive: true, mode: 0o700 });
  const entry = { id: '000001', title: 'take the marker away', steps };
  await writeFile(join(list, '000001.json'), JSON.stringify(entry), { mode: 0o600 });
  const registry = join(folder, 'shakedown', 'chaos');
  const pointer = await registerList(registry, list, '2026-01-01T00:00:00Z');
  // Its run is no more: no process began at that tick.
  const text = JSON.stringify({ ...JSON.parse(await readFile(pointer, 'utf8')), startTicks: 1 });
  await writeFile(pointer, text);
}

test('says that nothing is left', async () => {
  await chaosClean([], {}, services);
  expect(said).toBe('Nothing is left behind.\n');
  expect(code).toBe(0);
});

test('says what it would undo, and then undoes it', async () => {
  const marker = join(folder, 'marker');
  await writeFile(marker, '');
  await leave([{ kind: 'remove', path: marker }]);
  await chaosClean([], { dryRun: true }, services);
  expect(said).toContain('would take the marker away');
  expect(await readdir(folder)).toContain('marker');
  await chaosClean([], {}, services);
  expect(said).toContain('did: take the marker away');
  expect(await readdir(folder)).not.toContain('marker');
  expect(await readdir(join(folder, 'run'))).toEqual([]);
  said = '';
  await chaosClean([], {}, services);
  expect(said).toBe('Nothing is left behind.\n');
});

test('a dry run says whose runs were looked at, and of which machine', async () => {
  await chaosClean([], { dryRun: true }, services);
  expect(said).toContain(`all runs of ${userInfo().username} on this machine, of every project`);
  expect(said).toContain(join(folder, 'shakedown', 'chaos'));
});

test.skipIf(process.getuid?.() !== 0)(
  'what belongs to another user is left alone, also by root (needs root)',
  async () => {
    const theirs = await mkdtemp(join(tmpdir(), 'shakedown-theirs-'));
    const marker = join(folder, 'marker');
    await writeFile(marker, '');
    await leave([{ kind: 'remove', path: marker }]);
    const registry = join(folder, 'shakedown', 'chaos');
    noteFolder(join(registry, 'left'), theirs);
    for (const place of [registry, join(registry, 'left')]) {
      for (const name of await readdir(place)) {
        if (!name.endsWith('.json')) continue;
        const file = join(place, name);
        await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), startTicks: 1 }));
        // Their list; our record of their folder.
        if (place === registry) await chown(file, 65_534, 65_534);
      }
    }
    await chown(theirs, 65_534, 65_534);
    await chaosClean([], {}, services);
    expect(said).toMatch(/not read: .*belongs to another user/);
    expect(said).toMatch(/still there: .*shakedown-theirs-.* is not a temporary folder of a run/);
    expect(code).toBe(1);
    expect(await readdir(folder)).toContain('marker');
    expect(await readdir(theirs)).toEqual([]);
    await rm(theirs, { recursive: true });
  },
);

test('ends with 1 where something cannot be undone, and keeps it', async () => {
  await leave([{ kind: 'command', argv: ['/bin/false'], okExits: [] }]);
  await chaosClean([], { json: true }, services);
  expect(code).toBe(1);
  expect(JSON.parse(said)).toMatchObject({
    lists: [
      { state: 'gone', outcomes: [{ title: 'take the marker away', error: expect.stringMatching(/ended with 1/) }] },
    ],
  });
  expect(await readdir(join(folder, 'run'))).toEqual(['undo-1']);
});

test('ends what an action of a killed run started, and removes its temporary folder', async () => {
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const action = 'sleep 3571 & setsid sleep 3572 & echo started $$ > started; wait';
  const experiment = {
    title: 'Long',
    description: 'An action that takes long.',
    method: [
      {
        type: 'action',
        name: 'restore a backup',
        provider: { type: 'process', path: '/bin/sh', arguments: ['-c', action] },
      },
    ],
  };
  await writeFile(join(folder, 'long.json'), JSON.stringify(experiment));
  const components = { worker: { kind: 'process', pid: process.pid } };
  await writeFile(
    join(folder, 'shakedown.config.json'),
    JSON.stringify({ target: { baseUrl: 'http://127.0.0.1:9' }, chaos: { components } }),
  );
  const env = { XDG_CACHE_HOME: folder, TMPDIR: temporary };
  const options = ['--config', 'shakedown.config.json'];
  const run = startCli(['chaos', 'run', 'long.json', ...options], { cwd: folder, env });
  while (!(await readdir(folder)).includes('started')) {
    if (run.child.exitCode !== null) throw new Error(run.output.stderr);
    await sleep(50);
  }
  const living = startCli(['chaos', 'clean', '--json'], { cwd: folder, env });
  expect(JSON.parse((await living.ended).stdout).left).toMatchObject([{ state: 'alive' }, { state: 'alive' }]);
  run.child.kill('SIGKILL');
  await run.ended.catch(() => {});
  // The guard, which outlives it, takes its own list away.
  while ((await readdir(join(folder, 'shakedown', 'chaos'))).some((name) => name.endsWith('.json'))) await sleep(50);
  const dry = await startCli(['chaos', 'clean', '--dry-run'], { cwd: folder, env }).ended;
  const pids = [...dry.stdout.matchAll(/left by a run: process (\d+) of "restore a backup"/g)].map(([, pid]) =>
    Number(pid),
  );
  expect(pids.length).toBeGreaterThanOrEqual(3);
  expect(dry.stdout).toMatch(/setsid|sleep 3572/);
  expect(dry.stdout).toContain(`left by a run: temporary folder ${temporary}/shakedown-chaos-`);
  expect(pids.every(isAlive)).toBe(true);
  const cleaned = await startCli(['chaos', 'clean'], { cwd: folder, env }).ended;
  expect(cleaned).toMatchObject({ code: 0, stdout: expect.stringContaining('ended: process') });
  expect(pids.filter(isAlive)).toEqual([]);
  expect((await readdir(temporary)).filter((name) => name.startsWith('shakedown-'))).toEqual([]);
  const again = await startCli(['chaos', 'clean'], { cwd: folder, env }).ended;
  expect(again.stdout).toBe('Nothing is left behind.\n');
});

test('takes no process of another container for one of its own', async () => {
  const marker = join(folder, 'marker');
  await writeFile(marker, '');
  await leave([{ kind: 'remove', path: marker }]);
  const registry = join(folder, 'shakedown', 'chaos');
  const [name = ''] = await readdir(registry);
  const own = JSON.parse(await readFile(join(registry, name), 'utf8'));
  // As written by process 1 of a container: here that pid is another's, whatever it began at.
  const other = { ...own, pid: 1, startTicks: 1, pidNamespace: 'pid:[1]', host: 'c0ffee' };
  await writeFile(join(registry, name), JSON.stringify(other));
  await chaosClean([], {}, services);
  expect(said).toContain('another container or machine (c0ffee), where alone it can be cleaned');
  expect(await readdir(folder)).toContain('marker');
  // Nor is one that has this very pid and tick, which lives there or not.
  said = '';
  await writeFile(join(registry, name), JSON.stringify({ ...other, pid: process.pid }));
  await chaosClean([], {}, services);
  expect(said).toContain('c0ffee');
  expect(code).toBe(0);
});
