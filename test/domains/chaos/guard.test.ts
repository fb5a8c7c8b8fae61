import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGuard, type Guard } from '../../../src/domains/chaos/guard/guard.ts';
import { cleanLeftover, leftovers, registerList } from '../../../src/domains/chaos/guard/registry.ts';
import { send } from '../../../src/domains/chaos/signals.ts';
import { identify } from '../../../src/evidence/process.ts';
import { isAlive } from '../../alive.ts';
import { startVictim } from './victim.ts';

let folder: string;
let registry: string;
let guards: Guard[];
let children: ChildProcess[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-guard-'));
  registry = join(folder, 'registry');
  guards = [];
  children = [];
});
afterEach(async () => {
  for (const guard of guards) await guard.close();
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const { signal } = new AbortController();

async function guardOf(onWarning = (_message: string) => {}): Promise<Guard> {
  const guard = await createGuard({ folder, registry, signal, onWarning });
  guards.push(guard);
  return guard;
}

async function listFolder(): Promise<string> {
  const name = (await readdir(folder)).find((one) => one.startsWith('undo-'));
  return join(folder, name ?? 'undo-none');
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000 && !(await holds()); tries++) await sleep(10);
  expect(await holds()).toBe(true);
}

test('has an entry on disk, for this user alone, before it may be done, and takes it off when it is undone', async () => {
  const guard = await guardOf();
  const marker = join(folder, 'marker');
  const entry = await guard.add('take the marker away', [{ kind: 'remove', path: marker }]);
  const [name = ''] = await readdir(await listFolder());
  const file = join(await listFolder(), name);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    id: entry.id,
    title: 'take the marker away',
    steps: [{ kind: 'remove', path: marker }],
  });
  await writeFile(marker, '');
  await entry.run();
  await entry.run();
  expect(await readdir(folder)).not.toContain('marker');
  expect(guard.left()).toEqual([]);
  expect(await guard.close()).toBe(true);
  expect(isAlive(guard.pid())).toBe(false);
  expect(await readdir(folder)).toEqual(['registry']);
  expect(await readdir(registry)).toEqual([]);
});

test('a step that fails keeps its entry on the list, and the guard says so at the end', async () => {
  const guard = await guardOf();
  const kept = join(folder, 'full');
  await mkdir(kept);
  await writeFile(join(kept, 'file'), '');
  const entry = await guard.add('take the folder away', [{ kind: 'remove', path: kept }]);
  await expect(entry.run()).rejects.toThrow(/not empty/);
  expect(guard.left()).toEqual([{ id: entry.id, title: 'take the folder away' }]);
  await rm(join(kept, 'file'));
  expect(await guard.close()).toBe(true);
  expect(await readdir(folder)).not.toContain('full');
});

test('undoes what is left when the harness is killed, last first, and leaves nothing but its account', async () => {
  const victim = await startVictim();
  children.push(victim.child);
  const harness = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('./harness.ts', import.meta.url))],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, HARNESS: JSON.stringify({ folder, registry, victim: String(victim.pid) }) },
    },
  );
  children.push(harness);
  const [{ guard }] = (await once(harness, 'message')) as [{ guard: number }];
  await until(() => identify(victim.pid)?.state === 'T');
  harness.kill('SIGKILL');
  await until(() => identify(victim.pid)?.state !== 'T');
  await until(() => !isAlive(guard));
  expect((await readdir(folder)).sort()).toEqual(['registry', 'undone.ndjson']);
  expect(await readdir(registry)).toEqual([]);
  const [line = ''] = (await readFile(join(folder, 'undone.ndjson'), 'utf8')).split('\n');
  expect(JSON.parse(line)).toMatchObject({ title: 'let the victim go on', error: null });
});

test('ends what should have ended when the harness is stopped, and the harness learns when that was', async () => {
  const victim = await startVictim();
  children.push(victim.child);
  const env = {
    ...process.env,
    HARNESS: JSON.stringify({ folder, registry, victim: String(victim.pid), endAfterMs: '400' }),
  };
  const file = fileURLToPath(new URL('./harness.ts', import.meta.url));
  const harness = spawn(process.execPath, ['--import', 'tsx', file], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env,
  });
  children.push(harness);
  await once(harness, 'message');
  await until(() => identify(victim.pid)?.state === 'T');
  // The harness's own time: as long as it is not stopped, the fault stays a while past its end.
  harness.kill('SIGSTOP');
  await until(() => identify(victim.pid)?.state !== 'T');
  const account = () => readFile(join(folder, 'undone.ndjson'), 'utf8').catch(() => '');
  await until(async () => (await account()).endsWith('\n'));
  expect(JSON.parse((await account()).split('\n')[0] ?? '')).toMatchObject({
    title: 'let the victim go on',
    error: null,
    overdue: 'the harness was stopped',
  });
  const endedAtMs = Date.now();
  await sleep(300);
  harness.send('end it');
  harness.kill('SIGCONT');
  const [{ ended }] = (await once(harness, 'message')) as [{ ended: { agoMs: number; why: string } }];
  expect(ended.why).toBe('the harness was stopped');
  expect(Math.abs(Date.now() - endedAtMs - ended.agoMs)).toBeLessThan(2000);
  expect(ended.agoMs).toBeGreaterThan(290);
});

test('a signal reaches the process that it was meant for, and none that has its pid by now', async () => {
  const victim = await startVictim();
  children.push(victim.child);
  const meant = identify(victim.pid);
  if (meant === null) throw new Error('no victim');
  const other = { ...meant, startTicks: meant.startTicks - 1 };
  const undo = (await guardOf()).add.bind(guards[0]);
  const kill = ({ pid, startTicks }: typeof meant) => ({ kind: 'signal', pid, startTicks, signal: 'SIGKILL' }) as const;
  await (await undo('end a process that is gone', [kill(other)])).run();
  send(other, 'SIGKILL');
  await sleep(100);
  expect(isAlive(victim.pid)).toBe(true);
  await (await undo('end the victim', [kill(meant)])).run();
  await until(() => !isAlive(victim.pid));
});

test('a list whose harness is gone is left over, though another process has its pid', async () => {
  const list = join(folder, 'undo-old');
  await mkdir(list, { mode: 0o700 });
  const pointer = await registerList(registry, list, '2026-01-01T00:00:00Z');
  const told = JSON.parse(await readFile(pointer, 'utf8'));
  await writeFile(pointer, JSON.stringify({ ...told, startTicks: told.startTicks - 1 }));
  expect((await leftovers(registry)).found).toMatchObject([{ state: 'gone' }]);
});

test('an entry that is run twice, even at once, is undone once', async () => {
  const guard = await guardOf();
  const file = join(folder, 'times');
  const noted = { kind: 'command' as const, argv: ['/bin/sh', '-c', `echo once >> ${file}`], okExits: [] };
  const entry = await guard.add('note it', [noted]);
  await Promise.all([entry.run(), entry.run()]);
  await entry.run();
  expect(await readFile(file, 'utf8')).toBe('once\n');
});

test('a guard that is killed is replaced, and said to be', async () => {
  const warnings: string[] = [];
  const guard = await guardOf((message) => warnings.push(message));
  const marker = join(folder, 'marker');
  await writeFile(marker, '');
  await guard.add('take the marker away', [{ kind: 'remove', path: marker }]);
  const first = guard.pid();
  process.kill(first, 'SIGKILL');
  await until(() => warnings.length > 0);
  expect(warnings).toEqual([expect.stringMatching(/guard process ended \(SIGKILL\); another one takes its place/)]);
  await guard.add('nothing', []);
  expect(guard.pid()).not.toBe(first);
  expect(isAlive(guard.pid())).toBe(true);
  await guard.close();
  expect(await readdir(folder)).not.toContain('marker');
});

test('one entry that hangs does not keep the others from being undone', async () => {
  const silent = createServer(() => {});
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const order = join(folder, 'order');
  const guard = await guardOf();
  const noted = (word: string) => ({
    kind: 'command' as const,
    argv: ['/bin/sh', '-c', `echo ${word} >> ${order}`],
    okExits: [],
  });
  await guard.add('first', [noted('first')]);
  await guard.add('second', [noted('second')]);
  await guard.add('hangs', [{ kind: 'http', method: 'DELETE', url, body: null, okStatuses: [404] }]);
  const closed = guard.close();
  // Everything is undone twice, in case something was still underway the first time.
  const said = () => readFile(order, 'utf8').catch(() => '');
  await until(async () => (await said()).startsWith('second\nfirst\n'));
  silent.closeAllConnections();
  silent.close();
  expect(await closed).toBe(true);
});

test('an undo that takes seconds is waited for, by the run and by the guard', { timeout: 60_000 }, async () => {
  const guard = await guardOf();
  const slow = (marker: string) => ({
    kind: 'command' as const,
    argv: ['/bin/sh', '-c', 'sleep 2.5; echo >> "$0"', join(folder, marker)],
    okExits: [],
  });
  await (await guard.add('slow', [slow('by the run')])).run();
  await guard.add('slow too', [slow('by the guard')]);
  expect(await guard.close()).toBe(true);
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['by the run', 'by the guard']));
});

test('finds and undoes what a run left that the machine ended, and sends no signals to pids of another boot', async () => {
  const list = join(folder, 'undo-old');
  await mkdir(list, { mode: 0o700 });
  const victim = await startVictim();
  children.push(victim.child);
  const marker = join(folder, 'marker');
  await writeFile(marker, '');
  const { startTicks = 0 } = identify(victim.pid) ?? {};
  const steps = [
    { kind: 'signal', pid: victim.pid, startTicks, signal: 'SIGKILL' },
    { kind: 'remove', path: marker },
  ];
  await writeFile(join(list, '000001.json'), JSON.stringify({ id: '000001', title: 'old', steps }), { mode: 0o600 });
  const pointer = await registerList(registry, list, '2026-01-01T00:00:00Z');
  const [own] = (await leftovers(registry)).found;
  expect(own).toMatchObject({ state: 'alive', titles: ['old'] });
  const told = JSON.parse(await readFile(pointer, 'utf8'));
  await writeFile(pointer, JSON.stringify({ ...told, bootId: 'another' }));
  const [left] = (await leftovers(registry)).found;
  expect(left).toMatchObject({ state: 'rebooted', titles: ['old'] });
  if (left === undefined) return;
  expect(await cleanLeftover(left)).toEqual([{ id: '000001', title: 'old', error: null }]);
  expect(isAlive(victim.pid)).toBe(true);
  expect(await readdir(folder)).toEqual(['registry']);
  expect((await leftovers(registry)).found).toEqual([]);
});

test.each([
  ['others may write it', 'may be read or written by others', (file: string) => chmod(file, 0o666)],
  [
    'it is a link',
    'ELOOP',
    async (file: string) => {
      await writeFile(`${file}.target`, await readFile(file), { mode: 0o600 });
      await rm(file);
      await symlink(`${file}.target`, file);
    },
  ],
  ['it holds something else', 'no entry of an undo list', (file: string) => writeFile(file, '{"id":"000001"}')],
])('does nothing that a file says when %s', async (_title, why, spoil) => {
  const list = join(folder, 'undo-old');
  const marker = join(folder, 'marker');
  await mkdir(list, { mode: 0o700 });
  await writeFile(marker, '');
  const file = join(list, '000001.json');
  const entry = { id: '000001', title: 'old', steps: [{ kind: 'remove', path: marker }] };
  await writeFile(file, JSON.stringify(entry), { mode: 0o600 });
  await spoil(file);
  await registerList(registry, list, '2026-01-01T00:00:00Z');
  const [left] = (await leftovers(registry)).found;
  if (left === undefined) throw new Error('no list');
  const [outcome] = await cleanLeftover(left);
  expect(outcome?.error).toContain(why);
  expect(await readdir(folder)).toContain('marker');
});
