import { describe, expect, test } from 'vitest';
import { partlyUnder, timesUnder } from '../../../../src/domains/chaos/experiment/watched.ts';
import type { FaultRecord, HypothesisCheck } from '../../../../src/model/chaos.ts';

/** On from 1,000 to 3,000 ms. */
const fault = (more: Partial<FaultRecord> = {}) =>
  ({ announcedMs: 900, injectedMs: 1000, revertedMs: 3000, revertedBy: 'rollback', ...more }) as FaultRecord;

/** Checks by one probe, from and to in ms. */
const checks = (...times: [phase: HypothesisCheck['phase'], fromMs: number, atMs: number][]): HypothesisCheck[] =>
  times.map(([phase, fromMs, atMs]) => ({
    ...{ phase, fromMs, atMs, met: true, deviating: null },
    probes: [{ name: 'up', fromMs, atMs }],
  }));
const before = ['before', 0, 20] as const;

describe('a probe counts as made under a fault', () => {
  test.each<[what: string, times: Parameters<typeof checks>, more: Partial<FaultRecord>]>([
    ['where it lies wholly within', [[...before], ['during', 1500, 1520]], {}],
    ['where the fault held it up until it was undone', [[...before], ['during', 1500, 3010]], {}],
    ['where it was sent before, and the fault held it up', [[...before], ['during', 990, 1800]], {}],
    ['where it is not known when the fault was gone', [[...before], ['during', 1500, 9000]], { revertedMs: null }],
    ['where it follows a fault that ends by itself', [[...before], ['during', 4000, 4020]], { revertedBy: 'itself' }],
  ])('%s', (_, times, more) => {
    expect(timesUnder(checks(...times), [fault(more)])).toBe(1);
  });
});

describe('a probe does not count as made under a fault', () => {
  const seen = { watched: { looks: 9, seenUntilMs: 2800, gone: null } };
  test.each<[what: string, times: Parameters<typeof checks>, more: Partial<FaultRecord>]>([
    ['where it was sent just before the undo, and answered after it', [[...before], ['during', 2990, 3015]], {}],
    ['where it was sent before the fault, and answered in its first moments', [[...before], ['during', 990, 1010]], {}],
    [
      'where it takes as long without',
      [
        ['before', 0, 800],
        ['during', 2300, 3100],
      ],
      {},
    ],
    ['where the undo was under way', [[...before], ['during', 2900, 2920]], seen],
    ['where how long it takes without is not known', [['during', 1500, 3010]], {}],
    ['where it was asked beforehand only', [['before', 1500, 1520]], {}],
  ])('%s', (_, times, more) => {
    expect(timesUnder(checks(...times), [fault(more)])).toBe(0);
  });
});

test('the probe that was under way when the fault went is named', () => {
  expect(partlyUnder(checks([...before], ['during', 2990, 3015]), fault())).toBe('up');
  expect(partlyUnder(checks([...before], ['during', 3001, 3015]), fault())).toBeNull();
  expect(partlyUnder(checks([...before], ['during', 2990, 3015], ['during', 1500, 1520]), fault())).toBeNull();
});
