import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { judgeRun } from '../../../src/run/results/build.ts';
import { makeRun } from '../../run/results/run-folder.ts';
import { suiteWith } from './evidence.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const counts = (passed: number, failed: number, flaky = 0) => ({
  ...{ passed, failed, flaky, skipped: 3, todo: 0, notRun: 0, newFailed: 0 },
});

/** Judges a run with suites of these counts, by kind. @param chosen kinds that were asked for */
async function judged(byKind: Record<string, ReturnType<typeof counts>>, chosen = Object.keys(byKind)) {
  const folder = await makeRun({
    ...{ windows: 2, windowMs: 1000, rate: 10 },
    more: [
      { type: 'shakedown.functional.started', data: { chosen } },
      ...Object.entries(byKind).flatMap(([part, of]) => [
        { type: 'shakedown.functional.begun', data: { part, atMs: 1 } },
        {
          type: 'shakedown.functional.evidence',
          data: { part, atMs: 1, data: suiteWith({ passRate: 0, counts: of }) },
        },
        { type: 'shakedown.functional.ended', data: { part, atMs: 2, error: null } },
      ]),
    ] as never,
  });
  folders.push(folder);
  const { results } = await judgeRun(folder);
  return results.objectives.find(({ objective }) => objective.id === 'functional-pass-rate');
}

describe('the share of all tests that passed', () => {
  it('is an objective of its own, over all kinds of suites together', async () => {
    expect(await judged({ unit: counts(96, 2), api: counts(1, 1) })).toMatchObject({
      ...{ verdict: 'pass', value: 97, samples: 100 },
      objective: { gate: 'functional', target: 95, comparison: '>=', unit: '%' },
    });
  });
  it('fails below 95 %, also where each suite has a lower bar of its own', async () => {
    expect(await judged({ unit: counts(96, 0), api: counts(0, 4), ui: counts(0, 0, 2) })).toMatchObject({
      verdict: 'fail',
      value: expect.closeTo(94.12, 2),
    });
  });
  it('is open where no test was run', async () => {
    expect(await judged({ unit: counts(0, 0) })).toMatchObject({ verdict: 'inconclusive', value: null });
    expect(await judged({}, ['unit'])).toMatchObject({ verdict: 'inconclusive' });
  });
});
