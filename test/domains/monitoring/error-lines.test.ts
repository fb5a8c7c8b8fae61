import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addBaseline, chooseBaselines } from '../../../src/domains/load/public.ts';
import { errorLinesOf } from '../../../src/domains/monitoring/public.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { foldRun } from '../../../src/run/results/fold.ts';
import { configured, errorLines, figures, readable, short, shortMs, usual } from '../../deceits/made.ts';
import { makeRun } from '../../run/results/run-folder.ts';

const folders: string[] = [];
afterAll(() => folders.map((folder) => rmSync(folder, { recursive: true })));

/** Five minutes whose log has so many error lines a minute. */
async function withLines(aMinute: number): Promise<string> {
  const folder = await makeRun({
    ...short,
    samples: 20,
    config: configured({ watch: { logs: [{}] } }),
    more: [...readable('log shop', shortMs), ...errorLines(shortMs, () => aMinute), ...figures(shortMs, usual)],
  });
  folders.push(folder);
  return folder;
}

test.each([
  ['one line in nine hundred answers is open', [1], 'inconclusive'],
  ['ten, minute by minute, fail', [2, 2, 2, 2, 2], 'fail'],
  ['one outburst of three hundred fails, whenever it was', [0, 300], 'fail'],
  ['none passes', [], 'pass'],
] as const)('%s', async (_, byMinute, verdict) => {
  const folder = await makeRun({
    ...{ ...short, rate: 3, samples: 5 },
    config: configured({ watch: { logs: [{}] } }),
    more: [
      ...readable('log shop', shortMs),
      ...errorLines(shortMs, (atMs) => byMinute[atMs / 60_000] ?? 0),
      ...figures(shortMs, usual),
    ],
  });
  folders.push(folder);
  const { objectives } = await buildResults(folder);
  expect(objectives.find(({ objective }) => objective.id === 'error-lines')).toMatchObject({ verdict });
});

test('three times as many error lines as in the earlier run fail, however few they are', async () => {
  const kept = { folder: mkdtempSync(join(tmpdir(), 'kept-')), keep: 3, runs: 3 };
  folders.push(kept.folder);
  const before = await withLines(20);
  const { facts } = await foldRun(before);
  const lines = errorLinesOf(await buildResults(before));
  expect(lines).toEqual({ lines: 100, answers: facts.judged.counts.completed });
  await addBaseline(facts, kept, 'pass', lines);
  const against = async (aMinute: number) => {
    const folder = await withLines(aMinute);
    await chooseBaselines((await foldRun(folder)).facts, kept);
    const { objectives } = await buildResults(folder);
    const of = (id: string) => objectives.find(({ objective }) => objective.id === id);
    return { total: of('error-lines')?.verdict, before: of('error-lines-before') };
  };
  const more = await against(60);
  expect(more).toMatchObject({ total: 'pass', before: { verdict: 'fail', value: 3 } });
  expect(more.before?.reason).toMatch(/300 error lines in 36\d,\d{3} answers, 100 in 36\d,\d{3} before\./);
  expect((await against(20)).before).toMatchObject({ verdict: 'pass', value: 1 });
});
