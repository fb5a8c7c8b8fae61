import { describe, expect, it } from 'vitest';
import { judgeAll } from '../../../src/gate/judge.ts';
import { capacityObjective } from '../../../src/gate/objectives.ts';
import type { CapacityResult } from '../../../src/model/capacity.ts';
import { measureCapacity } from '../../../src/run/results/capacity.ts';

const found: CapacityResult = {
  sustainablePerSecond: 1200,
  interval: { low: 1200, high: 1260, confidence: 0.6 },
  confirmations: 4,
  triedAgain: 4,
  confirmed: true,
  kneePerSecond: null,
  limitedBy: 'p95 above 100 ms',
  lowerBoundOnly: false,
  steps: [],
  scalability: null,
  whyNoScalability: null,
  closedLoop: null,
  sentence: 'Sustains it.',
};
const bound = { interval: null, lowerBoundOnly: true };

describe('measureCapacity', () => {
  it.each([
    ['pass', 'confirmed above', {}],
    ['inconclusive', 'above, but not confirmed', { confirmations: 1, triedAgain: 1, confirmed: false }],
    ['fail', 'wholly below', { sustainablePerSecond: 800, interval: { low: 800, high: 840, confidence: 0.6 } }],
    [
      'inconclusive',
      'on both sides',
      { sustainablePerSecond: 980, interval: { low: 980, high: 1030, confidence: 0.6 } },
    ],
    ['pass', 'at least, above', bound],
    ['inconclusive', 'at least, below', { ...bound, sustainablePerSecond: 800 }],
    [
      'inconclusive',
      'at least, above, but not confirmed',
      { ...bound, confirmations: 5, triedAgain: 6, confirmed: false },
    ],
    [
      'fail',
      'nothing held',
      {
        sustainablePerSecond: null,
        interval: { low: 0, high: 4, confidence: 0.5 },
        confirmations: 0,
        confirmed: false,
      },
    ],
  ] as const)('is %s: %s', (verdict, _name, changes) => {
    const run = { voidShare: 0, maxVoidShare: 0.1, plannedRatePerSecond: null };
    const [result] = judgeAll([capacityObjective], () => measureCapacity({ ...found, ...changes }), run);
    expect(result?.verdict).toBe(verdict);
  });
});
