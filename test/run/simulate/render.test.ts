import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeManifest } from '../../../src/evidence/manifest.ts';
import { identify } from '../../../src/evidence/process.ts';
import { listRuns } from '../../../src/evidence/prune.ts';
import { renderRun } from '../../../src/run/simulate/render.ts';
import { makeRun } from '../results/run-folder.ts';

test('a run that another process works on is reported as far as it is, and stays a run at work', async () => {
  const base = await mkdtemp(join(tmpdir(), 'runs-'));
  const run = join(base, '2026-11-20T0900-7f3a');
  const made = await makeRun({ windows: 20, windowMs: 1000, durationMs: 60_000, rate: 100, killed: true });
  await cp(made, run, { recursive: true });
  // As it is until it ends: without a seal, and a window log ahead of the journal.
  await rm(join(run, 'manifest.json'), { force: true });
  const worker = spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    const pid = worker.pid ?? 0;
    await writeFile(join(run, 'lock.json'), JSON.stringify({ pid, startTicks: identify(pid)?.startTicks }));
    const before = await readFile(join(run, 'journal.ndjson'), 'utf8');
    const { results, index } = await renderRun(run);
    expect(results.verdict).toBe('inconclusive');
    expect(results.sentence).toBe('Nothing failed, but the run is still running: 20 s of 1 min measured so far.');
    expect(results.missing[0]).toBe('The run is still running: 20 s of 1 min measured so far.');
    const page = await readFile(index, 'utf8');
    expect(page).toMatch(/Still running: 20.s of 1.min measured so far/);
    expect(page.slice(page.indexOf('<body'))).not.toMatch(/killed|interrupted|cut short|damaged|was changed/i);
    // Nothing of its own is touched, and nothing is taken for its outcome.
    expect(await readFile(join(run, 'journal.ndjson'), 'utf8')).toBe(before);
    expect(await listRuns(base, null)).toMatchObject([{ heldBy: 'running', word: null }]);
    const { isRunning } = JSON.parse(await readFile(join(run, 'results.json'), 'utf8')).run;
    expect(isRunning).toBe(true);
    // What it writes of itself then is whole: no page of ours is evidence.
    writeManifest(run);
    const { files } = JSON.parse(await readFile(join(run, 'manifest.json'), 'utf8')) as { files: { path: string }[] };
    expect(files.map(({ path }) => path).join()).not.toMatch(/html|xml|summary|results/);
  } finally {
    const gone = once(worker, 'exit');
    worker.kill('SIGKILL');
    await gone;
  }
  expect(await listRuns(base, null)).toMatchObject([{ heldBy: null, word: null }]);
  const { results } = await renderRun(run);
  expect(results.run.interrupted).toBe('ended without a final event (killed?)');
  expect(await listRuns(base, null)).toMatchObject([{ heldBy: null, word: 'INCONCLUSIVE' }]);
  for (const folder of [base, made]) await rm(folder, { recursive: true, force: true });
});
