import { expect, it } from 'vitest';
import { legEnd } from '../../../../src/domains/load/k6/legs.ts';

const hourMs = 3_600_000;
/** Lengths of the legs of a run, hours. */
function legs(legHours: number, hours: number): number[] {
  const lengths: number[] = [];
  for (let fromMs = 0; fromMs < hours * hourMs; ) {
    const toMs = legEnd(fromMs, legHours * hourMs, hours * hourMs);
    lengths.push((toMs - fromMs) / hourMs);
    fromMs = toMs;
  }
  return lengths;
}

it('joins a short last leg to the one before it', () => {
  expect(legs(1, 3)).toEqual([1, 1, 1]);
  expect(legs(1, 2.4)).toEqual([1, 1.4]);
  expect(legs(1, 2.5)).toEqual([1, 1, 0.5]);
  expect(legs(1, 0.1)).toEqual([0.1]);
});

it('gives no process more time than its samples can count', () => {
  for (const hours of [11, 14, 24, 34.5, 48]) {
    for (const legHours of [7, 9, 10]) {
      const lengths = legs(legHours, hours);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(10);
      expect(lengths.reduce((sum, length) => sum + length, 0)).toBeCloseTo(hours);
    }
  }
});
