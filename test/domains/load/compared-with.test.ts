import { rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addBaseline,
  type BaselineConfig,
  chooseBaselines,
  pinBaseline,
} from '../../../src/domains/load/regression/baselines.ts';
import type { ObjectiveResult } from '../../../src/model/verdict.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { foldRun } from '../../../src/run/results/fold.ts';
import { resolved } from '../../run/results/own.ts';
import { makeRun } from '../../run/results/run-folder.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => void rmSync(folder, { recursive: true })));
const idOf = (day: number) => `2026-11-${day}T0900-7f3a`;

async function madeOn(day: number, medianMs: number, objectives: Record<string, object> = {}): Promise<string> {
  const folder = await makeRun({
    ...{ windows: 120, windowMs: 1000, rate: 300, samples: 150, routes: ['GET /'], seed: day },
    ...{ medianMs: () => medianMs, config: resolved(objectives) },
  });
  folders.push(folder);
  const journal = join(folder, 'journal.ndjson');
  await writeFile(journal, (await readFile(journal, 'utf8')).replaceAll('2026-11-20T0900-7f3a', idOf(day)));
  return folder;
}

let config: BaselineConfig;
beforeAll(async () => {
  config = { folder: await mkdtemp(join(tmpdir(), 'baselines-')), keep: 30, runs: 3 };
  folders.push(config.folder);
  // The last one is slower than the others, the pinned one quicker.
  for (const [day, level] of [
    [10, 20],
    [11, 30],
    [12, 30],
    [13, 40],
  ] as const)
    await addBaseline((await foldRun(await madeOn(day, level))).facts, config, 'pass');
  await pinBaseline(config, 'shop', idOf(10));
});

async function judged(change: object): Promise<ObjectiveResult | undefined> {
  const of = { metric: 'response_time', statistic: 'p95', comparison: '<=', target: 10, ...change };
  const folder = await madeOn(20, 33, { mine: of });
  await chooseBaselines((await foldRun(folder)).facts, config);
  return (await buildResults(folder)).objectives.find(({ objective }) => objective.id === 'mine');
}

test.each<[string, object, string, number]>([
  ['the last', { comparedWith: 'last' }, 'pass', -17.5],
  ['the median', { comparedWith: 'median', target: 15 }, 'pass', 10],
  ['the median, by less', { comparedWith: 'median', target: 5 }, 'fail', 10],
  ['the pinned', { comparedWith: 'pinned' }, 'fail', 65],
  ['the median, of a route', { comparedWith: 'median', route: 'GET /', target: 15 }, 'pass', 10],
])('%s', async (_, change, verdict, percent) => {
  const found = await judged(change);
  expect(found, found?.reason).toMatchObject({ verdict });
  expect(Math.abs((found?.value ?? 0) - percent)).toBeLessThan(2.5);
  expect(found?.objective.unit).toBe('%');
  expect(found?.subject).toMatch(/^change of p95 response time.* against the (last|median|pinned)/);
});

test('what cannot be compared is open', async () => {
  expect(await judged({ comparedWith: 'last', route: 'GET /no' })).toMatchObject({
    verdict: 'inconclusive',
    value: null,
  });
  config = { ...config, folder: join(config.folder, 'none') };
  const found = await judged({ comparedWith: 'last' });
  expect(found?.reason).toBe('Not measured: no passing run is kept as a baseline yet.');
});
