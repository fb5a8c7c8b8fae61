import { expect, test } from 'vitest';
import { judging } from '../../../../src/domains/load/judging/judging.ts';
import { noPlanOptions } from '../../../../src/domains/load/judging/parts.ts';
import type { LoadSection } from '../../../../src/domains/load/section.ts';
import type { RunFacts } from '../../../../src/model/run-facts.ts';

/** A run of a minute with nothing in its folder. */
const facts = (more: Partial<RunFacts>) =>
  ({
    ...{ folder: '/nowhere', windows: [], parts: [], loadEnded: null, fidelity: null, engine: null },
    ...{ plan: null, loadStartedAt: null, started: { durationMs: 60_000 }, isSearch: false },
    ...more,
  }) as unknown as RunFacts;

test('a load is held against its own accounting, a search and a run without load are not', async () => {
  const load = judging.begin();
  await judging.complete?.(load, facts({}));
  expect(load.reconciliation).toMatchObject({ differences: [] });
  const search = judging.begin();
  await judging.complete?.(search, facts({ isSearch: true }));
  expect(search.reconciliation).toBeNull();
  const without = judging.begin();
  const started = { durationMs: 0 } as RunFacts['started'];
  await judging.complete?.(without, facts({ started }));
  expect(without.reconciliation).toBeNull();
});

test('of a run that was cut off before its plan, nothing is said to have been sped up, scaled or sampled', () => {
  const { mode, scale, speed, shape, seed, durationMs, writes } = noPlanOptions;
  expect([mode, scale, speed, shape, seed, durationMs, writes]).toEqual([
    ...['recorded', 1, 1, { kind: 'flat', points: [] }],
    ...[0, 0, 'safe'],
  ]);
});

test('what the windows add up to is held against the accounting', async () => {
  const windows = [0, 1].map((index) => ({
    ...{ index, startMs: index * 1000, durationMs: 1000, planned: 10, completed: 8, failed: 1, unsent: 1 },
    ...{ response: {}, service: {}, invalid: null },
  }));
  const differences = async (planned: number) => {
    const state = judging.begin();
    const loadEnded = { accounting: { planned, completed: 16, failed: 2, unsent: 2 } };
    await judging.complete?.(state, facts({ windows, loadEnded } as unknown as RunFacts));
    return (state.reconciliation?.differences ?? []).map(({ text }) => text).filter((text) => /requests/.test(text));
  };
  expect(await differences(20)).toEqual([]);
  expect(await differences(21)).toEqual(['requests planned in its windows are 20, by its own accounting 21']);
});

test('what is missing of a load is said of a load: not without one, not of a search, and not twice', () => {
  const section = { plan: { options: { writes: 'recorded' }, leftOut: [] } } as unknown as LoadSection;
  const missing = (more: object, found: LoadSection | null, run: Partial<RunFacts> = {}) =>
    judging.missing?.({ ...judging.begin(), ...more }, found, facts(run));
  const chosen = { unreadable: ['a.json'], notCompared: null };
  const line = 'Not compared with a.json, which cannot be read as a baseline.';
  expect(missing({ chosen }, section)).toEqual([line]);
  expect(missing({}, section)).toHaveLength(1);
  expect(missing({ chosen }, null)).toEqual([]);
  expect(missing({ chosen }, section, { isSearch: true })).toEqual([]);
  // That none could be read is a doubt, which says so.
  expect(missing({ chosen, lostBaselines: true }, section)).toEqual([]);
});
