import { expect, it } from 'vitest';
import { judgeSettings } from '../../../src/run/results/settings.ts';

it('reads what earlier versions saved under other names', () => {
  const own = { title: 'Invalid', gate: 'performance', statistic: 'value', comparison: '<=', target: 5, unit: '%' };
  const table = [{ ...own, id: 'void-windows', metric: 'void_windows', weight: 1, key: false, minimumSamples: 0 }];
  expect(judgeSettings({ honesty: { maxVoidShare: 0.4 }, objectives: table })).toMatchObject({
    maxInvalidShare: 0.4,
    objectives: [{ id: 'invalid-windows', metric: 'invalid_windows', target: 5 }],
    doubts: [],
  });
  expect(judgeSettings({ objectives: { 'void-windows': { target: 40 } } }).objectives).toEqual({
    'invalid-windows': { target: 40 },
  });
  expect(judgeSettings({ honesty: { maxInvalidShare: 0.2 } }).maxInvalidShare).toBe(0.2);
});
