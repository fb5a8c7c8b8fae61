import { expect, it } from 'vitest';
import { findScaling } from '../../../src/domains/capacity/scaling.ts';
import type { CapacityStep } from '../../../src/model/capacity.ts';
import { evaluateCapacity } from '../../../src/stats/capacity/evaluate.ts';
import { seeded } from '../../random.ts';

const law = { lambda: 300, sigma: 0.08, kappa: 0.01 };
const rateOf = (n: number) => (law.lambda * n) / (1 + law.sigma * (n - 1) + law.kappa * n * (n - 1));

/** A system that obeys the law; a step near its limit may come out either way. */
function scaled(counts: number[], failAt: number | null = null, limitOf = rateOf) {
  const noise = seeded(5);
  const steps: CapacityStep[] = [];
  const marks: string[] = [];
  const scaledTo: number[] = [];
  let now = 3;
  const ended = findScaling({
    counts,
    scaler: {
      normal: 3,
      to: async (instances) => {
        if (instances === failAt) throw new Error('no room');
        scaledTo.push(instances);
        now = instances;
      },
    },
    known: { ratePerSecond: limitOf(3), instances: 3 },
    startPerSecond: 100,
    longMs: 9,
    attempt: async ({ phase, ratePerSecond, instances, isLong, onBegin }) => {
      onBegin?.();
      if (isLong) await new Promise((resolve) => setTimeout(resolve, 60));
      const limit = limitOf(now) * (0.98 + 0.04 * noise());
      const step: CapacityStep = {
        startMs: steps.length * 20_000,
        durationMs: 20_000,
        phase,
        plannedRatePerSecond: ratePerSecond,
        achievedRatePerSecond: ratePerSecond,
        p50Ms: 1,
        p95Ms: 1,
        p99Ms: 1,
        errorPercent: 0,
        instances,
        outcome: ratePerSecond <= limit ? 'held' : 'missed',
        reason: null,
      };
      steps.push(step);
      return { step, meanMs: 1 };
    },
    mark: (label) => marks.push(label),
    phase: () => {},
    random: seeded(1),
    signal: new AbortController().signal,
  });
  return { ended, steps, marks, scaledTo };
}

it('the law that a system obeys is found from the rates it sustains at each count', async () => {
  const { ended, steps, marks, scaledTo } = scaled([8, 1, 2, 4, 6, 2]);
  await ended;
  const { scalability, whyNoScalability, sustainablePerSecond } = evaluateCapacity(steps, null);
  expect(whyNoScalability).toBeNull();
  expect(scalability?.points.map(({ n }) => n)).toEqual([1, 2, 4, 6, 8]);
  for (const { n, ratePerSecond } of scalability?.points ?? []) {
    expect(ratePerSecond / rateOf(n)).toBeGreaterThan(0.92);
    expect(ratePerSecond / rateOf(n)).toBeLessThan(1.03);
  }
  expect(scalability?.rSquared).toBeGreaterThan(0.98);
  expect((scalability?.lambda ?? 0) / law.lambda).toBeCloseTo(1, 0);
  expect(scalability?.peakAt).toBeGreaterThan(6);
  expect(scalability?.peakAt).toBeLessThan(16);
  // The rate of the system as it stands is another question.
  expect(sustainablePerSecond).toBeNull();
  expect(scaledTo).toEqual([1, 2, 4, 6, 8, 1, 8, 1]);
  expect(marks.slice(-2)).toEqual(['to 8 instances, under load', 'to 1 instance, under load']);
  expect(steps.at(-1)).toMatchObject({ instances: null, outcome: 'held' });
});

it('instances that share one limit are said to bring nothing', async () => {
  const { ended, steps } = scaled([1, 2, 3, 4], null, () => 220);
  await ended;
  const { scalability, sentence } = evaluateCapacity(steps, null);
  expect(scalability?.points.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
  expect(sentence).toContain('From 1 to 4 instances the rate stayed the same as far as the search can show');
  expect(scalability?.sigma).toBeGreaterThan(0.85);
});

it('a count that cannot be had ends it with the reason; what was found stands', async () => {
  const { ended, steps } = scaled([1, 2, 64], 64);
  await expect(ended).rejects.toThrow('no room');
  expect(new Set(steps.map(({ instances }) => instances))).toEqual(new Set([1, 2]));
});
