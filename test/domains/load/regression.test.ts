import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addBaseline,
  type BaselineConfig,
  chooseBaselines,
  listBaselines,
  pinBaseline,
} from '../../../src/domains/load/regression/baselines.ts';
import { slowdown } from '../../../src/domains/load/regression/objective.ts';
import { tooShortToCompare } from '../../../src/domains/load/regression/too-short.ts';
import { writeManifest } from '../../../src/evidence/manifest.ts';
import type { Results } from '../../../src/model/results.ts';
import type { Objective } from '../../../src/model/verdict.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { foldRun } from '../../../src/run/results/fold.ts';
import { gaussian, seeded } from '../../random.ts';
import { loadOf } from '../../report/fixture/parts.ts';
import { type MadeRun, makeRun } from '../../run/results/run-folder.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const routes = ['GET /', 'GET /products', 'GET /search'];
/** Long enough to tell 5 %: with one minute's windows the judge cannot rule out noise that wanders slowly. */
const minutes: MadeRun = { windows: 120, windowMs: 1000, rate: 600, samples: 300, routes };

async function made(run: MadeRun): Promise<string> {
  const folder = await makeRun(run);
  folders.push(folder);
  return folder;
}

/** Levels of windows that wander by some percent, as those of a real target do. */
function wandering(seed: number, level: number): (window: number) => number {
  const normal = gaussian(seeded(seed));
  const states: number[] = [];
  for (let i = 0; i < 400; i++) states.push(0.5 * (states[i - 1] ?? 0) + 0.02 * normal());
  return (window) => level * Math.exp(states[window] ?? 0);
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'baselines-'));
  folders.push(folder);
  return folder;
}

async function keep(folder: string, config: BaselineConfig): Promise<string> {
  return addBaseline((await foldRun(folder)).facts, config, 'pass');
}

async function choose(folder: string, config: BaselineConfig): Promise<void> {
  await chooseBaselines((await foldRun(folder)).facts, config);
}

let kept: BaselineConfig;
beforeAll(async () => {
  kept = { folder: await emptyFolder(), keep: 3, runs: 3 };
  await keep(await made({ ...minutes, seed: 1, medianMs: wandering(1, 30) }), kept);
});

async function against(run: MadeRun, config = kept): Promise<{ results: Results; folder: string }> {
  const folder = await made(run);
  await choose(folder, config);
  // As a run does: what it is compared with is chosen before its evidence is closed.
  writeManifest(folder);
  return { results: await buildResults(folder), folder };
}

function regressionObjective(results: Results) {
  return results.objectives.find(({ objective }) => objective.id === 'regression');
}

test('the same version again is not slower', async () => {
  const { results } = await against({ ...minutes, seed: 2, medianMs: wandering(2, 30) });
  expect(loadOf(results).regression).toMatchObject({ verdict: 'pass', design: 'paired', notCompared: null });
  expect(loadOf(results).regression?.sentence).toMatch(/^Not slower than the last passing run by more than 5 %\./);
  expect(regressionObjective(results)).toMatchObject({ verdict: 'pass' });
  const p95 = results.objectives.find(({ objective }) => objective.id === 'response-p95');
  expect(Math.abs(p95?.changePercent ?? 99)).toBeLessThan(5);
  expect(results.missing.join()).not.toContain('Not compared');
});

test('a version slower by 15 % fails, route by route, with how much', async () => {
  const { results } = await against({ ...minutes, seed: 3, medianMs: wandering(3, 34.5) });
  expect(results.word).toBe('FAILED');
  expect(loadOf(results).regression?.verdict).toBe('fail');
  const found = regressionObjective(results);
  expect(found).toMatchObject({ verdict: 'fail' });
  expect(found?.value).toBeGreaterThan(10);
  expect(found?.interval?.low).toBeGreaterThan(5);
  expect(found?.reason).toContain('beyond doubt');
  const search = loadOf(results).regression?.comparisons.find(
    (one) => one.subject === 'GET /search' && one.statistic === 'p50',
  );
  expect(search).toMatchObject({ verdict: 'fail', unit: 'ms', windows: { baseline: 40, candidate: 40 } });
  expect(search?.pValue).toBeLessThan(0.008);
});

test('the margin is the target of the objective', async () => {
  const config = { objectives: { regression: { target: 30 } } };
  const { results } = await against({ ...minutes, seed: 3, medianMs: wandering(3, 34.5), config });
  expect(regressionObjective(results)).toMatchObject({ verdict: 'pass' });
});

test('few windows cannot be told, and are not passed', async () => {
  const config = { ...kept, folder: await emptyFolder() };
  const short: MadeRun = { ...minutes, windows: 6 };
  await keep(await made(short), config);
  const { results } = await against({ ...short, seed: 5, medianMs: () => 60 }, config);
  expect(loadOf(results).regression?.verdict).toBe('inconclusive');
  expect(regressionObjective(results)).toMatchObject({ verdict: 'inconclusive', value: null });
});

test('a run under other conditions is not compared, and says why', async () => {
  const { results } = await against({ ...minutes, rate: 700 });
  expect(loadOf(results).regression).toMatchObject({ comparisons: [], verdict: 'inconclusive' });
  expect(loadOf(results).regression?.notCompared).toContain('another rate (600; now 700)');
  expect(regressionObjective(results)).toBeUndefined();
  expect(results.missing.filter((line) => line.includes('another rate'))).toHaveLength(1);
});

test('the first run of all has nothing to be compared with, nor one that never looked', async () => {
  const { results } = await against(minutes, { ...kept, folder: await emptyFolder() });
  expect(results.missing).toContain('Not compared with earlier runs: no passing run is kept as a baseline yet.');
  const old = await buildResults(await made(minutes));
  expect(loadOf(old).regression).toBeUndefined();
  expect(old.missing.filter((line) => line.startsWith('Not compared'))).toHaveLength(1);
});

const onMachine = async (folder: string, cpus: number, cpuModel: string) => {
  const journal = join(folder, 'journal.ndjson');
  const text = await readFile(journal, 'utf8');
  await writeFile(journal, text.replace('"cpus":8', `"cpus":${cpus},"cpuModel":"${cpuModel}"`));
  return folder;
};

test('a baseline from a load generator on other hardware is compared with, and decides nothing', async () => {
  const config = { ...kept, folder: await emptyFolder() };
  await keep(await onMachine(await made({ ...minutes, medianMs: wandering(1, 30) }), 16, 'Quick'), config);
  for (const level of [30, 45]) {
    const folder = await onMachine(await made({ ...minutes, seed: 2, medianMs: wandering(2, level) }), 4, 'Slow');
    await choose(folder, config);
    const results = await buildResults(folder);
    const told = /the load generator of .* had other hardware \(16 cores of Quick; now 4 cores of Slow\)/;
    expect(regressionObjective(results)).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(told),
    });
    expect(loadOf(results).regression).toMatchObject({ verdict: 'inconclusive' });
    expect(loadOf(results).regression?.comparisons[0]).toMatchObject({ change: expect.any(Number) });
    expect(loadOf(results).regression?.sentence).toMatch(told);
    expect(results.verdict).toBe('inconclusive');
  }
});

test('of baselines on several machines those on this one are taken', async () => {
  const config = { ...kept, folder: await emptyFolder() };
  await keep(await onMachine(await made({ ...minutes, medianMs: wandering(1, 30) }), 4, 'Slow'), config);
  const newer = await onMachine(await made({ ...minutes, medianMs: wandering(1, 60) }), 16, 'Quick');
  const journal = join(newer, 'journal.ndjson');
  const text = (await readFile(journal, 'utf8')).replaceAll('2026-11-20T0900-7f3a', '2026-11-21T0900-7f3a');
  await writeFile(journal, text);
  await keep(newer, config);
  await pinBaseline(config, 'shop', '2026-11-21T0900-7f3a');
  const folder = await onMachine(await made({ ...minutes, seed: 2, medianMs: wandering(2, 30) }), 4, 'Slow');
  await choose(folder, config);
  const results = await buildResults(folder);
  expect(loadOf(results).regression).toMatchObject({
    verdict: 'pass',
    baselines: [{ runId: '2026-11-20T0900-7f3a' }],
  });
  expect(results.missing).toContain(
    'Not compared with the pinned run: 2026-11-21T0900-7f3a had other hardware (16 cores of Quick; now 4 cores of Slow).',
  );
});

test('no comparison that is open by its own p-value fails the run, wherever its interval lies', () => {
  const one = {
    ...{ subject: 'all', statistic: 'p95', unit: 'ms', baseline: 30, candidate: 33, change: 10 },
    ...{ interval: { low: 5.5, high: 14, confidence: 0.95 }, effectSize: 1, pValue: 0.02 },
    ...{ windows: { baseline: 60, candidate: 60 }, verdict: 'inconclusive', reason: 'more than 5 % is not ruled out.' },
  } as const;
  const regression = {
    ...{ baselines: [], design: 'paired', comparisons: [one, { ...one, statistic: 'p50' }], comparisonsLeftOut: 0 },
    ...{ verdict: 'inconclusive', sentence: 'Not clear.', notCompared: null },
  } as const;
  const section = { regression } as never;
  const measured = slowdown.read({ state: null, section, facts: null as never }, { target: 5 } as Objective);
  expect(measured.interval?.(0.95)).toMatchObject({ low: 5.5 });
  expect(measured.observed?.(0.95)?.low).toBe(Number.NEGATIVE_INFINITY);
});

test('that a run is too short to be compared is said before its load', async () => {
  const config = { ...kept, folder: await emptyFolder() };
  const line = async (run: MadeRun, marginPercent: number) => {
    const folder = await made(run);
    await choose(folder, config);
    return tooShortToCompare((await foldRun(folder)).facts, marginPercent);
  };
  const short: MadeRun = { ...minutes, windows: 30, medianMs: wandering(1, 30) };
  expect(await line(short, 5)).toBeNull();
  await keep(await made(short), config);
  const said = await line({ ...short, seed: 2, medianMs: wandering(2, 30) }, 0.5);
  expect(said).toMatch(/^The comparison with earlier runs may be inconclusive, even if nothing changed:/);
  expect(said).toMatch(/30 s show its p50 to within [\d.]+ %.* and 0\.5 % are asked for\. About \d+m would do/);
  expect(await line({ ...short, seed: 2, medianMs: wandering(2, 30) }, 60)).toBeNull();
  expect(await line({ ...short, windows: 6 }, 60)).toMatch(/it has 6 windows of 1 s, and ten are needed/);
});

test('what was chosen at the start stays, whatever is kept later', async () => {
  const run = await made({ ...minutes, seed: 2, medianMs: wandering(2, 30) });
  const config = { ...kept, folder: await emptyFolder() };
  await keep(await made({ ...minutes, seed: 1, medianMs: wandering(1, 30) }), config);
  await choose(run, config);
  const before = JSON.stringify(await buildResults(run));
  await keep(await made({ ...minutes, seed: 9, medianMs: wandering(9, 90) }), config);
  await choose(run, config);
  expect(JSON.stringify(await buildResults(run))).toBe(before);
});

test('a slowdown is one only against each of the last passing runs', async () => {
  const config = { ...kept, folder: await emptyFolder() };
  for (const [i, level] of [30, 34].entries()) {
    const run = await made({ ...minutes, seed: 20 + i, medianMs: wandering(20 + i, level) });
    const journal = join(run, 'journal.ndjson');
    const text = (await readFile(journal, 'utf8')).replaceAll('2026-11-20T0900-7f3a', `2026-11-2${i}T0900-7f3a`);
    await writeFile(journal, text);
    await keep(run, config);
  }
  expect((await listBaselines(config, 'shop')).kept.map(({ runId }) => runId)).toEqual([
    '2026-11-21T0900-7f3a',
    '2026-11-20T0900-7f3a',
  ]);
  const { results } = await against({ ...minutes, seed: 23, medianMs: wandering(23, 34) }, config);
  expect(loadOf(results).regression?.baselines).toHaveLength(2);
  expect(loadOf(results).regression?.verdict).toBe('pass');
  const one = { ...config, keep: 1 };
  await keep(await made({ ...minutes, seed: 24 }), one);
  expect(await readdir(join(config.folder, 'shop'))).toEqual(['2026-11-21T0900-7f3a.json']);
});

test('a baseline of an earlier version, which counted no failures, is compared with', async () => {
  const config = { ...kept, folder: await emptyFolder() };
  const points = Array.from({ length: 120 }, (_, at) => at);
  const level = wandering(1, 30);
  const times = (factor: number) => points.map((at) => factor * level(at));
  const all = {
    ...{ subject: 'all', at: points, count: points.map(() => 600) },
    ...{ mean: times(1), p50: times(1), p95: times(1.5), p99: times(2) },
  };
  await mkdir(join(config.folder, 'shop'));
  await writeFile(
    join(config.folder, 'shop', '2026-11-01T0900-0a1b.json'),
    JSON.stringify({
      ...{ format: 'shakedown.baseline/1', runId: '2026-11-01T0900-0a1b', name: 'shop', version: 'v2.0.0' },
      startedAt: '2026-11-01T09:00:00.000Z',
      conditions: {
        ...{ recording: 'a'.repeat(64), mode: 'bootstrap', rate: '600', speed: '1' },
        ...{ shape: '{"kind":"flat","points":[]}', writes: 'safe', target: 'staging-eu' },
        ...{ 'window length': '1000 ms, of routes 3000 ms', engine: 'k6 (shakedown)' },
      },
      ...{ scheduleSha256: '', pointMs: 1000, series: [all] },
    }),
  );
  const { results } = await against({ ...minutes, seed: 2, medianMs: wandering(2, 30) }, config);
  const { regression } = loadOf(results);
  expect(regression).toMatchObject({ notCompared: null, design: 'independent' });
  expect(regression?.comparisons.map(({ subject, statistic }) => `${subject} ${statistic}`).sort()).toEqual([
    'all p50',
    'all p95',
    'all p99',
    'all slow_windows',
  ]);
});

test('a damaged baseline is passed over', async () => {
  const config = { ...kept, folder: await emptyFolder() };
  const file = await keep(await made(minutes), config);
  await writeFile(file, '{"format":');
  const { results } = await against(minutes, config);
  expect(loadOf(results).regression?.notCompared).toBe('no passing run is kept as a baseline yet');
  expect(results.missing).toContain('Not compared with 2026-11-20T0900-7f3a.json, which cannot be read as a baseline.');
  expect((await listBaselines(config, 'shop')).unreadable).toEqual(['2026-11-20T0900-7f3a.json']);
});

test('a run of which nobody knows any more what it was to be compared with cannot pass', async () => {
  const { folder } = await against(minutes);
  await writeFile(join(folder, 'baseline.json'), '{"format":');
  const found = await buildResults(folder);
  expect(found.verdict).toBe('inconclusive');
  expect(found.missing.filter((line) => line.startsWith('Not compared'))).toEqual([
    'Not compared with earlier runs: baseline.json, which was chosen when the run began, cannot be read.',
  ]);
});

const failing = (count: (window: number) => number) => (window: number) => {
  const failed = count(window);
  return failed === 0 ? null : { kind: 'http' as const, status: 500, count: failed, message: 'status 500' };
};

test('a version that fails more often is reported, whatever its times', async () => {
  const dice = seeded(77);
  const config = { objectives: { 'error-rate': { target: 50 }, availability: { target: 50 } } };
  const failures = failing(() => 4 + Math.floor(5 * dice()));
  const { results } = await against({ ...minutes, seed: 2, medianMs: wandering(2, 30), failures, config });
  expect(loadOf(results).regression?.verdict).toBe('fail');
  const [first] = loadOf(results).regression?.comparisons ?? [];
  expect(first).toMatchObject({ subject: 'all', statistic: 'error_rate', unit: '%', verdict: 'fail', baseline: 0 });
  expect(first?.reason).toMatch(
    /^[01]\.\d+ % of all requests failed, 0 % before: an increase of more than 0\.05 % of all requests, beyond doubt/,
  );
  expect(loadOf(results).regression?.sentence).toMatch(/^Worse than/);
  const found = regressionObjective(results);
  expect(found).toMatchObject({ verdict: 'fail' });
  // Of the points tolerated where the baseline had no failures at all.
  expect(found?.value).toBeGreaterThan(1000);
});

test('one bad moment is no higher error rate, and the same rate none', async () => {
  const moment = await against({
    ...minutes,
    seed: 2,
    medianMs: wandering(2, 30),
    failures: failing((window) => (window === 20 ? 200 : 0)),
  });
  const errorsOf = (results: Results) =>
    loadOf(results).regression?.comparisons.find(({ statistic }) => statistic === 'error_rate');
  expect(errorsOf(moment.results)).toMatchObject({ verdict: 'inconclusive' });
  expect(loadOf(moment.results).regression?.verdict).toBe('pass');
  const none = await against({ ...minutes, seed: 2, medianMs: wandering(2, 30) });
  expect(errorsOf(none.results)).toMatchObject({ verdict: 'pass', change: 0 });
});
