import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  addBaseline,
  type BaselineConfig,
  chooseBaselines,
  listBaselines,
  pinBaseline,
} from '../../../src/domains/load/regression/baselines.ts';
import { slopeComparison, slopeOf } from '../../../src/domains/load/regression/slope.ts';
import { slowComparison, slowWindows } from '../../../src/domains/load/regression/slow-windows.ts';
import { middle } from '../../../src/domains/load/regression/times.ts';
import type { Verdict } from '../../../src/model/verdict.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { foldRun } from '../../../src/run/results/fold.ts';
import { gaussian, seeded } from '../../random.ts';
import { loadOf } from '../../report/fixture/parts.ts';
import { makeRun } from '../../run/results/run-folder.ts';
import { autoregressive } from '../../stats/autoregressive.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function emptyConfig(more: Partial<BaselineConfig> = {}): Promise<BaselineConfig> {
  const folder = await mkdtemp(join(tmpdir(), 'baselines-'));
  folders.push(folder);
  return { folder, keep: 30, runs: 3, ...more };
}

/** A run of the given day, whose median response times wander by some percent about a level, ms. */
async function madeOn(day: number, level: (window: number) => number): Promise<string> {
  const normal = gaussian(seeded(100 + day));
  const states = Array.from({ length: 120 }, () => 0.02 * normal());
  const folder = await makeRun({
    ...{ windows: 120, windowMs: 1000, rate: 300, samples: 150, routes: ['GET /'], seed: day },
    medianMs: (window) => level(window) * Math.exp(states[window] ?? 0),
  });
  folders.push(folder);
  const journal = join(folder, 'journal.ndjson');
  await writeFile(journal, (await readFile(journal, 'utf8')).replaceAll('2026-11-20T0900-7f3a', idOf(day)));
  return folder;
}

const idOf = (day: number) => `2026-11-${String(day).padStart(2, '0')}T0900-7f3a`;

async function keep(config: BaselineConfig, day: number, level: number, verdict: Verdict = 'pass'): Promise<void> {
  await addBaseline((await foldRun(await madeOn(day, () => level))).facts, config, verdict);
}

async function regressionOf(config: BaselineConfig, day: number, level: (window: number) => number) {
  const folder = await madeOn(day, level);
  await chooseBaselines((await foldRun(folder)).facts, config);
  const regression = loadOf(await buildResults(folder)).regression;
  if (regression === undefined) throw new Error('Nothing was compared.');
  return regression;
}

describe('several baselines', () => {
  test('a run slower than two of three is slower, and says how it compares with each', async () => {
    const config = await emptyConfig();
    for (const [i, level] of [30, 41, 30].entries()) await keep(config, 10 + i, level);
    const found = await regressionOf(config, 20, () => 41);
    expect(found.verdict).toBe('fail');
    expect(found.sentence).toMatch(/^Slower than the median of the last 3 passing runs/);
    const p50 = found.comparisons.find(({ subject, statistic }) => subject === 'all' && statistic === 'p50');
    expect(p50?.reason).toMatch(/Against each, newest first: \+3\d.*, [+−]\d.*, \+3\d/);
    const healthy = await regressionOf(config, 21, () => 30);
    expect(healthy.verdict).toBe('pass');
  });

  test('a pinned one is compared with whatever came after it, and outlives the others', async () => {
    const config = await emptyConfig({ keep: 3, runs: 2 });
    await keep(config, 1, 30);
    expect(await pinBaseline(config, 'shop', idOf(1))).toEqual([]);
    for (const [i, level] of [32, 34.5, 37].entries()) await keep(config, 2 + i, level);
    const { kept } = await listBaselines(config, 'shop');
    expect(kept.map(({ runId, pinned = false }) => [runId, pinned])).toEqual([
      [idOf(4), false],
      [idOf(3), false],
      [idOf(2), false],
      [idOf(1), true],
    ]);
    const found = await regressionOf(config, 20, () => 37);
    expect(found.baselines.map(({ runId, pinned = false }) => [runId, pinned])).toEqual([
      [idOf(4), false],
      [idOf(3), false],
      [idOf(1), true],
    ]);
    expect(found.verdict).toBe('fail');
    const failing = found.comparisons.filter(({ verdict }) => verdict === 'fail');
    expect(failing.every(({ pinned }) => pinned === idOf(1))).toBe(true);
    expect(failing[0]?.reason).toContain(`against the pinned run ${idOf(1)}`);
    expect(await pinBaseline(config, 'shop', null)).toEqual([idOf(1)]);
    expect((await regressionOf(config, 21, () => 37)).verdict).toBe('pass');
    await expect(pinBaseline(config, 'shop', idOf(29))).rejects.toThrow('is not kept as a baseline of shop');
  });

  test('one that did not pass is not called a passing run', async () => {
    const config = await emptyConfig();
    await keep(config, 1, 30, 'fail');
    const found = await regressionOf(config, 20, () => 30);
    expect(found.sentence).toMatch(/^Not slower than the last kept run by/);
    expect(found.baselines).toMatchObject([{ runId: idOf(1), verdict: 'fail' }]);
  });

  test('windows that alternate between 10 and 40 ms are no 20 ms', async () => {
    const config = await emptyConfig();
    await keep(config, 1, 20);
    const found = await regressionOf(config, 20, (window) => (window % 2 === 0 ? 10 : 40));
    expect(found.verdict).toBe('fail');
    expect(found.comparisons.find(({ statistic }) => statistic === 'slow_windows')).toMatchObject({ verdict: 'fail' });
  });
});

test('the middle one is that which half of them agree with, of two the milder', () => {
  const of = (...ps: number[]) => middle(ps.map((p) => ({ p })))?.p;
  expect([of(0.3), of(0.1, 0.3), of(0.1, 0.3, 0.2), of(0.4, 0.1, 0.3, 0.2)]).toEqual([0.3, 0.3, 0.2, 0.3]);
  expect(middle([])).toBeNull();
});

describe('slow windows', () => {
  const levels = (seed: number, scale: (window: number) => number = () => 1) =>
    autoregressive(0.5, seed)(120).map((y, i) => 20 * scale(i) * Math.exp(0.03 * y));
  const judged = (baseline: number[], candidate: number[]) => {
    const found = slowWindows(baseline, candidate, 5);
    return found === null ? null : slowComparison(found, found.p);
  };

  test('one in three is a regression, though most are as before', () => {
    const found = judged(
      levels(1),
      levels(2, (i) => (i % 3 === 0 ? 1.4 : 1)),
    );
    expect(found).toMatchObject({ verdict: 'fail', statistic: 'slow_windows', unit: '%' });
    expect(found?.reason).toMatch(/^3\d.* % of the windows had a p95 above 2\d.* ms/);
  });

  test('windows that only wander as before hardly ever are', () => {
    let alarms = 0;
    for (let seed = 10; seed < 110; seed++) if (judged(levels(seed), levels(seed + 500))?.verdict === 'fail') alarms++;
    expect(alarms).toBeLessThanOrEqual(2);
  });

  test('few windows say nothing', () => {
    expect(slowWindows([1, 2, 3], [4, 5, 6], 5)).toBeNull();
  });
});

describe('growth from run to run', () => {
  const night = (i: number, level: number) => ({ runId: `${i}`, startedAt: '', p50: level, p95: 1.5 * level });
  const nights = (seed: number, growth: number) => {
    const normal = gaussian(seeded(seed));
    return Array.from({ length: 20 }, (_, i) => night(i, 20 * (1 + growth) ** i * Math.exp(0.02 * normal())));
  };
  const judged = (all: ReturnType<typeof nights>) => {
    const last = all.at(-1);
    const found = last === undefined ? null : slopeOf(all.slice(0, -1), last, 'p95', 5);
    return found === null ? null : slopeComparison(found, Math.min(1, 2 * found.p), 5);
  };

  test('of 3 % a night is found in twenty nights, though no night is slower than the last by more than 5 %', () => {
    let seen = 0;
    for (let seed = 0; seed < 40; seed++) {
      const all = nights(seed, 0.03);
      if (all.some((_, i) => judged(all.slice(0, i + 1))?.verdict === 'fail')) seen++;
    }
    expect(seen).toBeGreaterThanOrEqual(39);
    const found = judged(nights(1, 0.03));
    expect(found?.reason).toMatch(/^The p95 of all requests grows from run to run: \+[23].* a run, \+[67]\d/);
    expect(found?.windows).toEqual({ baseline: 19, candidate: 1 });
  });

  test('is not seen where there is none', () => {
    let alarms = 0;
    for (let seed = 50; seed < 150; seed++) if (judged(nights(seed, 0))?.verdict === 'fail') alarms++;
    expect(alarms).toBeLessThanOrEqual(1);
  });

  test('needs eight runs', () => {
    expect(judged(nights(1, 0.03).slice(0, 7))).toBeNull();
    expect(judged(nights(1, 0.03).slice(0, 8))).not.toBeNull();
  });
});
