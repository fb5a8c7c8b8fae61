import { describe, expect, it } from 'vitest';
import { heaps, moved, rolledOut } from '../../bench/rehearsal/heaps.ts';
import { slowedDown } from '../../bench/rehearsal/paces.ts';
import { ours, planOf } from '../../bench/rehearsal/rollouts.ts';

const phis = [0, 0.5, 0.9];
const seeds = Array.from({ length: 20 }, (_, seed) => seed);
const share = (all: readonly boolean[]) => all.filter(Boolean).length / all.length;

describe('the identical version, in simulated rehearsals', () => {
  it.each(heaps)('is not turned around for its memory that is $name', (heap) => {
    const cases = phis.flatMap((phi) => seeds.map((seed) => [phi, seed] as const));
    expect(share(cases.map(([phi, seed]) => moved(heap, phi, seed) === 'turned around'))).toBeLessThanOrEqual(0.02);
    expect(share(cases.map(([phi, seed]) => rolledOut(heap, phi, seed) === 'turned around'))).toBeLessThanOrEqual(0.05);
  });

  it.each(phis)('is not turned around for being slow, where moments resemble the one before by %s', (phi) => {
    const cases = [0.15, 0.4].flatMap((moments) => seeds.map((seed) => ({ phi, moments, seed })));
    expect(share(cases.map((each) => slowedDown({ ...each, times: 1, fresh: 3 })))).toBe(0);
    const plan = planOf(500, [25, 100]);
    // Moments that scatter by so much have pauses of a second among them.
    const back = cases.map((each) => ours({ ...plan, ...each, times: 1, failed: 0 }).rolledBack);
    expect(share(back)).toBeLessThanOrEqual(0.05);
  });
});

describe('a version that is no good, in simulated rehearsals', () => {
  const leak = 600;
  it.each(heaps.filter(({ fills, garbage }) => fills <= 40 && garbage <= 20))(
    'that leaks $name beside is turned around',
    (heap) => {
      expect(share(seeds.map((seed) => moved(heap, 0.5, seed, leak) === 'turned around'))).toBeGreaterThanOrEqual(0.9);
      expect(share(seeds.map((seed) => rolledOut(heap, 0.5, seed, leak) === 'turned around'))).toBe(1);
    },
  );

  it('that leaks never passes by a heap that fills up beside it', () => {
    const found = heaps
      .filter(({ garbage }) => garbage === 0)
      .flatMap((heap) => seeds.map((seed) => moved(heap, 0.5, seed, leak)));
    expect(share(found.map((each) => each === null))).toBeLessThanOrEqual(0.06);
  });

  it.each([
    ['50 % slower', { times: 1.5, failed: 0 }],
    ['failing one in a hundred', { times: 1, failed: 0.01 }],
  ])('that is %s is rolled back within 29 s at 25 % of 500 requests/s', (_, version) => {
    const plan = planOf(500, [25, 100]);
    const all = phis.flatMap((phi) => seeds.map((seed) => ours({ ...plan, ...version, phi, seed })));
    expect(share(all.map(({ rolledBack, afterMs }) => rolledBack && afterMs <= 29_000))).toBeGreaterThanOrEqual(0.9);
  });
});
