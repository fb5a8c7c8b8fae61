import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRunFolder } from '../../src/evidence/run-folder.ts';
import { runId } from '../../src/evidence/run-id.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'shakedown-run-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

test('names sort by time and hold nothing that a file system minds', () => {
  const nine = Date.UTC(2026, 10, 20, 9, 0, 59);
  expect(runId(nine, 0x7f3a)).toBe('2026-11-20T0900-7f3a');
  expect(runId(nine, 3)).toBe('2026-11-20T0900-0003');
  expect([runId(nine + 3_600_000, 0), runId(nine, 0xffff)].sort()[0]).toBe(runId(nine, 0xffff));
});

test('makes a folder with a lock that names this process, and takes the lock away', async () => {
  const run = await createRunFolder(join(base, 'a', 'b'));
  expect(basename(run.path)).toBe(run.id);
  const lock = join(run.path, 'lock.json');
  expect(JSON.parse(await readFile(lock, 'utf8')).pid).toBe(process.pid);
  await run.release();
  await run.release();
  expect(existsSync(lock)).toBe(false);
});

test('runs of the same minute do not share a folder', async () => {
  const runs = await Promise.all(Array.from({ length: 50 }, () => createRunFolder(base)));
  expect(new Set(runs.map(({ path }) => path)).size).toBe(50);
});

test('a place that cannot be written is reported with the way out', async () => {
  const file = join(base, 'file');
  await writeFile(file, '');
  await expect(createRunFolder(join(file, 'runs'))).rejects.toMatchObject({
    code: 'RUN_FOLDER',
    message: expect.stringMatching(/a part of that path is a file/),
    hint: expect.stringMatching(/--out/),
  });
});

test.skipIf(process.platform !== 'linux')('a file system that makes no folders is said so', async () => {
  await expect(createRunFolder('/proc/x/y')).rejects.toMatchObject({ code: 'RUN_FOLDER' });
});

test.skipIf(!existsSync('/proc/self'))('where no folder can be made, it says so at once', async () => {
  // Node's own way to make folders never returns there, and hears no signal meanwhile.
  const said = expect.objectContaining({ code: 'RUN_FOLDER', message: expect.stringContaining('/proc/nope') });
  await expect(createRunFolder('/proc/nope')).rejects.toEqual(said);
});
