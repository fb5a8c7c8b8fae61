import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chaosClean } from '../../../../src/domains/chaos/commands/clean.ts';
import { registerList } from '../../../../src/domains/chaos/guard/registry.ts';
import type { Services } from '../../../../src/domains/command.ts';
import type { Terminal } from '../../../../src/report-kit/terminal/terminal.ts';

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

test('ends with 1 where something cannot be undone, and keeps it', async () => {
  await leave([{ kind: 'command', argv: ['/bin/false'], okExits: [] }]);
  await chaosClean([], { json: true }, services);
  expect(code).toBe(1);
  expect(JSON.parse(said)).toMatchObject({
    lists: [
      { alive: false, outcomes: [{ title: 'take the marker away', error: expect.stringMatching(/ended with 1/) }] },
    ],
  });
  expect(await readdir(join(folder, 'run'))).toEqual(['undo-1']);
});
