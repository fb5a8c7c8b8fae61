import { expect, it } from 'vitest';
import { Steady } from '../../src/sample/warm-up.ts';

/** So many answers each 250 ms, of these means. @returns how many slices it took; null: never */
function slicesUntilSteady(means: number[], answers = 1500): number | null {
  const steady = new Steady();
  for (const [slice, mean] of means.entries()) {
    for (let i = 0; i < answers; i++) steady.add(slice * 250 + (i * 250) / answers, mean * (i % 2 === 0 ? 0.5 : 1.5));
    if (steady.is) return slice;
  }
  return null;
}

it('is steady once three slices in a row were not a tenth faster than the fastest before', () => {
  expect(slicesUntilSteady([40, 20, 10, 9.5, 9.2, 9.1, 9])).toBe(6);
  expect(slicesUntilSteady([10, 10, 10, 10, 10])).toBe(4);
  // Slower for a moment is not faster either, and what comes after it is held against the fastest.
  expect(slicesUntilSteady([40, 20, 30, 20, 10, 10, 10, 10, 10])).toBe(8);
});
it('is not steady before a hundred answers a page, as on a busy machine', () => {
  expect(slicesUntilSteady(Array(20).fill(10), 200)).toBe(6);
  expect(slicesUntilSteady(Array(20).fill(10), 50)).toBeNull();
});
it('is not steady while answers get faster, nor in a gap without answers', () => {
  expect(slicesUntilSteady([100, 80, 64, 50, 40, 32, 25, 20, 16, 12])).toBeNull();
  const steady = new Steady();
  steady.add(0, 10);
  steady.add(2000, 10);
  expect(steady.is).toBe(false);
});
