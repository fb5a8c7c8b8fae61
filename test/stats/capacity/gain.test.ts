import { expect, it } from 'vitest';
import type { CapacityStep } from '../../../src/model/capacity.ts';
import { evaluateCapacity } from '../../../src/stats/capacity/evaluate.ts';
import { gainInWords } from '../../../src/stats/capacity/gain.ts';

const points = (...rates: number[]) => rates.map((ratePerSecond, i) => ({ n: i + 1, ratePerSecond }));

/** Of a search at each count: one step that held at its rate, and one above it. */
function steps(rates: readonly number[], above: CapacityStep['outcome'] = 'missed'): CapacityStep[] {
  return rates.flatMap((rate, i) =>
    ([rate, rate * 1.06] as const).map(
      (plannedRatePerSecond, tried): CapacityStep => ({
        startMs: (2 * i + tried) * 10_000,
        durationMs: 10_000,
        phase: 'scale',
        plannedRatePerSecond,
        achievedRatePerSecond: plannedRatePerSecond,
        p50Ms: 5,
        p95Ms: 20,
        p99Ms: 30,
        errorPercent: 0,
        instances: i + 1,
        outcome: tried === 0 ? 'held' : above,
        reason: tried === 0 ? null : 'p95 above 100 ms',
      }),
    ),
  );
}

it('says what more instances brought, and when that is nothing that can be told from chance', () => {
  expect(gainInWords(points(100, 104, 98, 103))).toMatch(
    /^From 1 to 4 instances the rate stayed the same .*\(×1\.03\)/,
  );
  expect(gainInWords(points(100, 190, 270, 340))).toBe('From 1 to 4 instances the rate rose by ×3.40 of ×4.');
  expect(gainInWords(points(100, 190, 170, 140))).toMatch(/rose by ×1\.40 of ×4, and was highest at 2 \(×1\.90\)\.$/);
  expect(gainInWords(points(100, 90, 80, 70))).toBe('From 1 to 4 instances the rate fell (×0.70).');
  expect(gainInWords(points(100))).toBeNull();
});

it('a machine that is full with one instance is reported as such, and not as a law that promises more', () => {
  const { scalability, sentence, whyNoScalability } = evaluateCapacity(steps([100, 104, 98, 102]), null);
  expect(whyNoScalability).toBeNull();
  expect(sentence).toContain('From 1 to 4 instances the rate stayed the same as far as the search can show');
  const law = scalability ?? { lambda: 0, sigma: 0, kappa: 0, peakAt: null };
  const at = (n: number) => (law.lambda * n) / (1 + law.sigma * (n - 1) + law.kappa * n * (n - 1));
  expect(at(4) / at(1)).toBeLessThan(1.1);
  expect(law.sigma).toBeGreaterThan(0.85);
});

it('tells what each number of instances sustained, and what the law makes of it', () => {
  const { byInstances, sentence, scalability } = evaluateCapacity(steps([100, 150, 180, 200]), null);
  expect(byInstances?.map(({ n, ratePerSecond, missedPerSecond }) => [n, ratePerSecond, missedPerSecond])).toEqual([
    [1, 100, 106],
    [2, 150, 159],
    [3, 180, 190.8],
    [4, 200, 212],
  ]);
  expect(scalability?.intervals?.sigma.low).toBeGreaterThan(0.1);
  expect(sentence).toContain('By the scalability law');
  const open = evaluateCapacity(steps([100, 150], 'generator'), null);
  expect(open.byInstances?.map(({ missedPerSecond }) => missedPerSecond)).toEqual([null, null]);
  expect(evaluateCapacity([], null).byInstances).toBeUndefined();
});

it('where all of it falls, one instance is the peak', () => {
  const { scalability } = evaluateCapacity(steps([100, 88, 77, 68]), null);
  expect(scalability?.peakAt).toBe(1);
});

it('what the generator gave way at is no point of the law', () => {
  const { scalability, whyNoScalability } = evaluateCapacity(steps([100, 190, 270, 340], 'generator'), null);
  expect(scalability).toBeNull();
  expect(whyNoScalability).toMatch(/0 sustained a rate .*; at 1, 2, 3, 4 the target’s limit was not found/);
  const four = evaluateCapacity([...steps([100, 190, 270, 340]), ...late(5, 360)], null);
  expect(four.scalability?.points.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
  expect(four.sentence).toContain('At 5 the target’s limit was not found');
});

/** The same at one more count, whose upper step the generator could not send. */
function late(instances: number, rate: number): CapacityStep[] {
  return steps([rate], 'generator').map((step) => ({ ...step, instances }));
}
