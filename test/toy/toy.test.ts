import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ProgressEvent } from '../../src/run/progress.ts';
import { runInProcess } from '../cli/in-process.ts';
import { makeRun } from '../run/results/run-folder.ts';

// The table is the only file of Shakedown's own that knows of another domain.
vi.mock(import('../../src/run/domains.ts'), async (original) => {
  const { tides } = await import('./domain.ts');
  return { domains: [...(await original()).domains, tides] };
});

const { domains } = await import('../../src/run/domains.ts');
const { buildResults } = await import('../../src/run/results/build.ts');
const { renderRun } = await import('../../src/run/simulate/render.ts');
const { Panels } = await import('../../src/run/live/panels.ts');
const { loadConfig } = await import('../../src/config/load.ts');

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function runWith(...metres: number[]): Promise<string> {
  const folder = await makeRun({
    ...{ windows: 20, windowMs: 1000, rate: 100 },
    more: metres.map((each, i) => ({ type: 'shakedown.tide.measured', data: { atMs: 1000 * i, metres: each } })),
  });
  folders.push(folder);
  return folder;
}

describe('a domain that is a folder and one line in the table', () => {
  it('has a command with an option, checked and in the help', async () => {
    expect(await runInProcess(['tides', 'read', 'Dover', '--metres', '4'], domains)).toMatchObject({
      code: 0,
      stdout: 'Dover: 4 m\n',
    });
    const wrong = await runInProcess(['tides', 'read', 'Dover', '--metres', 'deep'], domains);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('write whole metres')]);
    expect((await runInProcess(['tides', '--help'], domains)).stdout).toContain('say how high the water stands');
  });

  it('adds an option to the main job, with what it cannot go with', async () => {
    expect((await runInProcess(['simulate', '--help'], domains)).stdout).toContain('measure the water beside the load');
    const both = await runInProcess(['simulate', '--tide', '3', '--find-capacity'], domains);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('water rises while the rate does')]);
  });

  it('has an event that is folded, judged against an objective, and a gate', async () => {
    const results = await buildResults(await runWith(3, 1, 4));
    expect(results.sections.tides).toEqual({ measured: 3, lowestMetres: 1 });
    expect(results.objectives.find(({ objective }) => objective.id === 'low-water')).toMatchObject({
      verdict: 'fail',
      reason: 'Lowest tide is 1 against 2.',
    });
    expect(results.gates.at(-1)).toMatchObject({ id: 'tides', title: 'Tides', verdict: 'fail' });
    expect(results.word).toBe('FAILED');
    // A run without its events knows nothing of it.
    const without = await buildResults(await runWith());
    expect([without.sections.tides, without.gates.some(({ id }) => id === 'tides')]).toEqual([undefined, false]);
  });

  it('has an objective that the configuration can change', async () => {
    const overrides = { objectives: { 'low-water': { target: 1 } } };
    const { config } = await loadConfig({ cwd: await runWith(), domains, replays: false, overrides });
    expect(config.objectives).toMatchObject({ 'low-water': { target: 1 } });
  });

  it('has a page, escaped, and a line on the index', async () => {
    const folder = await runWith(3, 4);
    await renderRun(folder);
    const page = (file: string) => readFileSync(join(folder, file), 'utf8');
    expect(page('tides.html')).toContain('2 &lt;b&gt;times&lt;/b&gt;');
    expect(page('index.html')).toContain('Lowest 3 m');
    expect(page('index.html')).toContain('href="tides.html"');
    expect(page('junit.xml')).toContain('Low water');
  });

  it('has a panel in the live view', async () => {
    const shown: ProgressEvent[] = [];
    const panels = await Panels.open((event) => shown.push(event));
    panels.follow({ type: 'shakedown.tide.measured', data: { atMs: 0, metres: 7 } });
    expect(shown).toEqual([
      {
        kind: 'panel',
        panel: expect.objectContaining({
          id: 'tides',
          figures: [expect.objectContaining({ name: 'Tide', value: '7 m' })],
        }),
      },
    ]);
  });

  it('that throws makes its gate inconclusive, says what failed, and costs no other part', async () => {
    const folder = await runWith(13);
    const { results } = await renderRun(folder);
    expect(results.gates.at(-1)).toMatchObject({ id: 'tides', verdict: 'inconclusive', score: null });
    expect(results.missing).toContain('The gate Tides has no verdict: it could not be judged: the gauge broke.');
    expect(results.verdict).toBe('inconclusive');
    expect(results.sections.load?.requests.completed).toBe(2000);
    expect(readFileSync(join(folder, 'index.html'), 'utf8')).toContain('the gauge broke');
  });
});
