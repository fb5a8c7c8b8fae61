import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { buildResults } from '../../../../src/run/results/build.ts';
import { makeRun } from '../../../run/results/run-folder.ts';

/** The drift objective's verdict (undefined: not judged), and what is told of it, of a run of so many seconds. */
async function drift(seconds: number, objectives: unknown) {
  const folder = await makeRun({
    windows: seconds,
    windowMs: 1000,
    rate: 200,
    samples: 40,
    sigma: 0.1,
    config: { objectives },
  });
  try {
    const { objectives: found, missing } = await buildResults(folder);
    const told = missing.filter((line) => line.startsWith('Drift was not asked for'));
    return { verdict: found.find(({ objective }) => objective.metric === 'drift')?.verdict, told };
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('is not asked of a run whose stable time is too short to show a trend, and that is reported', async () => {
  const { verdict, told } = await drift(60, { 'stable-time': { target: 1 / 60 } });
  expect(verdict).toBeUndefined();
  expect(told).toEqual([expect.stringContaining('the stable time asked for is 1 min, and a trend needs 6 min')]);
});

it('stays open where the stable time asked for would have shown one', async () => {
  expect(await drift(60, {})).toEqual({ verdict: 'inconclusive', told: [] });
  expect(await drift(60, { 'stable-time': { target: 0.2 } })).toEqual({ verdict: 'inconclusive', told: [] });
});

it('stays open where the configuration names it, and is judged where a trend can be shown', async () => {
  const named = { 'stable-time': { target: 1 / 60 }, drift: { target: 0 } };
  expect(await drift(60, named)).toEqual({ verdict: 'inconclusive', told: [] });
  expect(await drift(420, { 'stable-time': { target: 1 / 60 } })).toMatchObject({ verdict: 'pass', told: [] });
});
