import { ShakedownError } from '../../../model/error.ts';
import type { RateShape } from '../../../model/plan.ts';

const presets: Record<RateShape['kind'], [number, number][]> = {
  flat: [],
  // One day from midnight: lowest before dawn, highest in the evening.
  day: [
    [0, 0.6],
    [4 / 24, 0.3],
    [8 / 24, 0.9],
    [12 / 24, 1.3],
    [15 / 24, 1.2],
    [20 / 24, 1.6],
    [1, 0.6],
  ],
  ramp: [
    [0, 0.1],
    [1, 1.9],
  ],
  spike: [
    [0, 1],
    [0.45, 1],
    [0.5, 5],
    [0.55, 1],
    [1, 1],
  ],
  points: [],
};

/**
 * Time map that gives session starts of an even process the rate of `shape`: t = T·Λ⁻¹(τ/T), with Λ the integral of the factors,
 * normalised to mean 1 (time rescaling; Daley and Vere-Jones, An Introduction to the Theory of Point Processes, 7.4). Monotone,
 * so order is kept, and exact at both ends. Without `points`, a kind's own curve is used.
 *
 * @returns undefined for a flat shape
 * @throws ShakedownError PLAN_OPTIONS
 */
export function timeMap(shape: RateShape, runMs: number): ((evenMs: number) => number) | undefined {
  const points = shape.points.length > 0 ? shape.points : presets[shape.kind];
  if (points.length === 0) return undefined;
  const at: number[] = [];
  const factor: number[] = [];
  for (const [share, value] of points) {
    const last = at[at.length - 1] ?? 0;
    if (!(share >= last && share <= 1 && value >= 0 && Number.isFinite(value))) {
      throw new ShakedownError(
        'PLAN_OPTIONS',
        `Shape point [${share}, ${value}]: shares rise from 0 to 1, factors are 0 or more.`,
      );
    }
    if (at.length === 0 && share > 0) {
      at.push(0);
      factor.push(value);
    }
    at.push(share);
    factor.push(value);
  }
  if ((at[at.length - 1] ?? 0) < 1) {
    at.push(1);
    factor.push(factor[factor.length - 1] ?? 1);
  }
  const area = [0];
  for (let i = 1; i < at.length; i++) {
    const width = (at[i] ?? 0) - (at[i - 1] ?? 0);
    area.push((area[i - 1] ?? 0) + (width * ((factor[i] ?? 0) + (factor[i - 1] ?? 0))) / 2);
  }
  const total = area[area.length - 1] ?? 0;
  if (!(total > 0)) throw new ShakedownError('PLAN_OPTIONS', 'Shape: at least one factor must be above 0.');

  if (factor.every((value) => value === factor[0])) return undefined;

  return (evenMs) => {
    const wanted = Math.min(Math.max(evenMs / runMs, 0), 1) * total;
    let low = 1;
    let high = area.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((area[middle] ?? 0) >= wanted) high = middle;
      else low = middle + 1;
    }
    const from = at[low - 1] ?? 0;
    const width = (at[low] ?? 0) - from;
    const begin = factor[low - 1] ?? 0;
    const rest = wanted - (area[low - 1] ?? 0);
    const slope = width > 0 ? ((factor[low] ?? 0) - begin) / width : 0;
    // Root of slope/2·x² + begin·x = rest, in the form that does not cancel.
    const root = begin + Math.sqrt(Math.max(begin * begin + 2 * slope * rest, 0));
    return (from + (root > 0 ? Math.min((2 * rest) / root, width) : 0)) * runMs;
  };
}
