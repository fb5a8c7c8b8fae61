import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listRuns, pruneRuns } from '../../src/evidence/prune.ts';

const now = Date.parse('2026-11-21T09:00:00Z');
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
  expect(await pruneRuns(base, null, { keep: 2, keepDays: null }, now)).toEqual([
    '2026-11-20T0901-0001',
    '2026-11-20T0902-0001',
  ]);
  expect((await readdir(base)).sort()).toEqual([
    '2026-11-01T0900-0001',
    '2026-11-20T0900-0001',
    '2026-11-20T0903-0001',
    '2026-11-20T0904-0001',
    'notes',
  ]);
  expect(await pruneRuns(join(base, 'none'), null, { keep: 1, keepDays: null }, now)).toEqual([]);
});

test('a run of another container stays, and shows no outcome, while its lock is renewed', async () => {
  const lock = { pid: 1, startTicks: 1, bootId: 'another', pidNamespace: 'pid:[1]', host: 'other', since: '' };
  const results = JSON.stringify({ word: 'READY', candidate: { version: 'v2' } });
  await run('2026-11-20T0900-0001', {
    ...{ 'journal.ndjson': '', 'results.json': results },
    'lock.json': JSON.stringify(lock),
  });
  expect(await listRuns(base, null)).toMatchObject([{ heldBy: 'running elsewhere', word: null, version: 'v2' }]);
  expect(await pruneRuns(base, null, { keep: 0, keepDays: null }, now)).toEqual([]);
  const stale = new Date(Date.now() - 61_000);
  await utimes(join(base, '2026-11-20T0900-0001', 'lock.json'), stale, stale);
  expect(await listRuns(base, null)).toMatchObject([{ heldBy: null, word: 'READY' }]);
  expect(await pruneRuns(base, null, { keep: 0, keepDays: null }, now)).toEqual(['2026-11-20T0900-0001']);
});

test('by age: what is older goes, but for the sources of baselines', async () => {
  for (const id of ['2026-11-01T0900-0001', '2026-11-02T0900-0002', '2026-11-14T0859-0003', '2026-11-14T0901-0004']) {
    await run(id);
  }
  await mkdir(join(base, 'baselines/shop'), { recursive: true });
  await writeFile(join(base, 'baselines/shop/2026-11-02T0900-0002.json'), '{}');
  const baselines = join(base, 'baselines');
  const before = await listRuns(base, baselines);
  expect(before.map(({ heldBy }) => heldBy)).toEqual([null, 'baseline', null, null]);
  expect(await pruneRuns(base, baselines, { keep: null, keepDays: null }, now)).toEqual([]);
  expect(await pruneRuns(base, baselines, { keep: null, keepDays: 7 }, now)).toEqual([
    '2026-11-01T0900-0001',
    '2026-11-14T0859-0003',
  ]);
  // Held ones count among those that are kept, and stay beyond it.
  expect(await pruneRuns(base, baselines, { keep: 1, keepDays: null }, now)).toEqual([]);
  expect((await listRuns(base, baselines)).map(({ id }) => id)).toEqual([
    '2026-11-02T0900-0002',
    '2026-11-14T0901-0004',
  ]);
});

test('baselines that cannot be read are no reason to remove their runs', async () => {
  await run('2026-11-01T0900-0001');
  await writeFile(join(base, 'baselines'), '');
  const pruned = pruneRuns(base, join(base, 'baselines'), { keep: null, keepDays: 7 }, now);
  await expect(pruned).rejects.toMatchObject({ code: 'RUN_FOLDER', message: expect.stringContaining('baselines') });
  expect(await readdir(base)).toContain('2026-11-01T0900-0001');
});

test('a run is reported with its verdict and size, a broken one without', async () => {
  const results = JSON.stringify({ word: 'READY', candidate: { version: 'v2' } });
  await run('2026-11-20T0900-0001', { 'journal.ndjson': 'x'.repeat(100), 'results.json': results });
  await run('2026-11-20T0901-0002', { 'journal.ndjson': '', 'results.json': '{' });
  // Results may come from anyone: no word but Shakedown's own reaches the terminal.
  const forged = JSON.stringify({ word: '\u001b[2JPASSED\n', candidate: { version: 'v2' } });
  await run('2026-11-20T0902-0003', { 'journal.ndjson': '', 'results.json': forged });
  expect(await listRuns(base, null)).toMatchObject([
    { word: 'READY', version: 'v2', bytes: 100 + results.length, heldBy: null },
    { word: null, version: null, bytes: 1 },
    { word: null, version: 'v2' },
  ]);
});

test('pipes in the place of results, a certificate and a lock are waited for by nobody', async () => {
  const folder = join(base, '2026-11-20T0900-7f3a');
  await mkdir(join(folder, 'certificate'), { recursive: true });
  await writeFile(join(folder, 'journal.ndjson'), '');
  for (const name of ['results.json', 'lock.json', 'certificate/certificate.dsse.json'])
    execFileSync('mkfifo', [join(folder, name)]);
  // In a process of its own: where one is opened, nothing ends the wait but a kill.
  const asked = `import { listRuns } from ${JSON.stringify(join(import.meta.dirname, '../../src/evidence/prune.ts'))};
    import { resultsSha256 } from ${JSON.stringify(join(import.meta.dirname, '../../src/signing/acceptance.ts'))};
    const [base, folder] = process.argv.slice(1);
    listRuns(base, null).then(([{ word, heldBy }]) => console.log(JSON.stringify([word, heldBy, resultsSha256(folder)])));`;
  const words = ['--import', 'tsx', '--input-type=module', '-e', asked, base, folder];
  const said = execFileSync(process.execPath, words, { timeout: 10_000, killSignal: 'SIGKILL', encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual([null, 'unreadable lock', null]);
}, 30_000);
