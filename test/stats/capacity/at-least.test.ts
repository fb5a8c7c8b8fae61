import { expect, it } from 'vitest';
import type { CapacityStep } from '../../../src/model/capacity.ts';
import { evaluateCapacity } from '../../../src/stats/capacity/evaluate.ts';

type Tried = readonly [CapacityStep['phase'], number, CapacityStep['outcome']];

const atLeast = (tried: readonly Tried[]) =>
  evaluateCapacity(
    tried.map(
      ([phase, rate, outcome], i): CapacityStep => ({
        ...{ phase, outcome, startMs: i * 1000, durationMs: 1000, plannedRatePerSecond: rate },
        ...{
          achievedRatePerSecond: rate,
          p50Ms: 1,
          p95Ms: 2,
          p99Ms: 3,
          errorPercent: 0,
          instances: null,
          reason: null,
        },
      }),
    ),
    null,
  ).atLeastPerSecond;

const ramp = (...outcomes: CapacityStep['outcome'][]): Tried[] =>
  outcomes.map((outcome, i) => ['ramp', 10 * 2 ** i, outcome] as const);

it.each([
  ['four steps of the ramp show the first of them', ramp('held', 'held', 'held', 'held', 'missed'), 10],
  ['six show the third', ramp('held', 'held', 'held', 'held', 'held', 'held', 'missed'), 40],
  ['three show nothing', ramp('held', 'held', 'held', 'missed'), null],
  ['steps after a miss show nothing', ramp('missed', 'held', 'held', 'held', 'held'), null],
  [
    'nor do those that the search chose',
    [...ramp('held', 'missed'), ...Array<Tried>(6).fill(['search', 12, 'held'])],
    null,
  ],
  [
    'what was confirmed is more',
    [...ramp('held', 'held', 'held', 'held', 'missed'), ...Array<Tried>(4).fill(['confirm', 80, 'held'])],
    80,
  ],
  [
    'what was not confirmed is not',
    [...ramp('held', 'held', 'held', 'held', 'missed'), ...Array<Tried>(2).fill(['confirm', 80, 'held'])],
    10,
  ],
] as const)('%s', (_, tried, rate) => {
  expect(atLeast(tried)).toBe(rate);
});
