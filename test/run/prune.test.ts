import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pruneRuns } from '../../src/run/prune.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'shakedown-runs-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

async function run(name: string, files: Record<string, string> = { 'journal.ndjson': '' }): Promise<void> {
  await mkdir(join(base, name));
  for (const [file, text] of Object.entries(files)) await writeFile(join(base, name, file), text);
}

test('the newest runs stay; what is no run, and what is locked by a living process, is not touched', async () => {
  const journal = { 'journal.ndjson': '' };
  await run('2026-11-20T0900-0001', { ...journal, 'lock.json': JSON.stringify({ pid: process.pid }) });
  await run('2026-11-20T0901-0001', { ...journal, 'lock.json': JSON.stringify({ pid: 2 ** 22 + 1 }) });
  await run('2026-11-20T0902-0001');
  await run('2026-11-20T0903-0001');
  await run('2026-11-20T0904-0001');
  await run('2026-11-01T0900-0001', { 'thesis.tex': 'mine' });
  await run('notes');
  expect(await pruneRuns(base, 2)).toEqual(['2026-11-20T0901-0001', '2026-11-20T0902-0001']);
  expect((await readdir(base)).sort()).toEqual([
    '2026-11-01T0900-0001',
    '2026-11-20T0900-0001',
    '2026-11-20T0903-0001',
    '2026-11-20T0904-0001',
    'notes',
  ]);
  expect(await pruneRuns(join(base, 'none'), 1)).toEqual([]);
});
