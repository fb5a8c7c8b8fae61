import { rm } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { judgeRun } from '../../../src/run/results/build.ts';
import { makeRun } from '../../run/results/run-folder.ts';
import { policy } from './made-runs.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

it('a run that was held against weaker targets is held against those of who asks', async () => {
  const weak = { ...policy, gates: ['performance'], objectives: { throughput: { target: 1 } } };
  const folder = await makeRun({ windows: 20, windowMs: 1000, rate: 100, config: { policy: weak } });
  folders.push(folder);
  const throughput = async (by?: Parameters<typeof judgeRun>[1] extends infer O ? O : never) =>
    (await judgeRun(folder, by)).results.objectives.find(({ objective: { id } }) => id === 'throughput');
  expect((await throughput())?.verdict).toBe('pass');
  const own = await throughput({ by: { policy: { ...policy, gates: ['performance'] } as never, objectives: null } });
  expect([own?.verdict, own?.objective.target]).toEqual(['inconclusive', 1000]);
  const none = await throughput({ by: { policy: undefined, objectives: null } });
  expect(none?.objective.target).toBe(1000);
});
