import { describe, expect, it } from 'vitest';
import { caution } from '../../../src/stats/compare/caution.ts';
import { cautionTables } from '../../../src/stats/compare/caution-table.ts';
import { evidence } from '../../../src/stats/compare/evidence.ts';
import { attention, noises, whitener } from '../../../src/stats/compare/noise.ts';
import { fill, normals } from '../../bench/judge/noise.ts';
import { oracle, standardErrors, strict } from '../../bench/judge/peers.ts';

/** Σ⁻¹ and ln |Σ| of a series of unit variance, by elimination on the covariances themselves. */
function dense(correlation: number, white: number, n: number): { inverse: number[][]; determinant: number } {
  const rows = Array.from({ length: n }, (_, i) => [
    ...Array.from({ length: n }, (_, j) => (1 - white) * correlation ** Math.abs(i - j) + (i === j ? white : 0)),
    ...Array.from({ length: n }, (_, j) => Number(i === j)),
  ]);
  let determinant = 0;
  rows.forEach((row, i) => {
    const pivot = row[i] ?? 0;
    determinant += Math.log(pivot);
    row.forEach((value, j) => {
      row[j] = value / pivot;
    });
    rows.forEach((other, k) => {
      const factor = other[i] ?? 0;
      if (k !== i)
        row.forEach((value, j) => {
          other[j] = (other[j] ?? 0) - factor * value;
        });
    });
  });
  return { inverse: rows.map((row) => row.slice(n)), determinant };
}

describe('kinds of noise', () => {
  it.each([
    { correlation: 0.9, white: 0.5 },
    { correlation: 0.7, white: 0.12 },
    { correlation: -0.4, white: 0 },
  ])('whitens as the covariances themselves say, φ $correlation, white $white', (noise) => {
    const n = 7;
    const { inverse, determinant } = dense(noise.correlation, noise.white, n);
    const found = whitener(noise, n);
    expect(found.information[n]).toBeCloseTo(
      inverse.flat().reduce((sum, one) => sum + one, 0),
      9,
    );
    expect(found.determinants[n]).toBeCloseTo(determinant, 9);
  });

  it('estimates level and scale as generalized least squares on the covariances does', () => {
    const series = Float64Array.from([1.2, 0.3, 0.9, 2.2, 1.9, 1.1, 0.4, 0.8]);
    const n = series.length;
    const { centres, scales, freedom } = evidence([series]);
    const kind = noises.findIndex(({ correlation, white }) => correlation === 0.8 && white === 0.3);
    const { inverse } = dense(0.8, 0.3, n);
    const product = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      inverse.reduce((sum, row, i) => sum + row.reduce((of, one, j) => of + one * (a[i] ?? 0) * (b[j] ?? 0), 0), 0);
    const ones = new Float64Array(n).fill(1);
    const level = product(ones, series) / product(ones, ones);
    const off = series.map((value) => value - level);
    expect(freedom).toBe(n - 1);
    expect(centres[kind]).toBeCloseTo(level, 9);
    expect(scales[kind]).toBeCloseTo(Math.sqrt(product(off, off) / (n - 1) / product(ones, ones)), 9);
  });

  it('has a weight for each kind in each row, and goes over from row to row without a jump', () => {
    for (const design of ['paired', 'independent'] as const) {
      for (const { windows, weights } of cautionTables[design]) {
        expect(weights).toHaveLength(noises.length);
        const [at, past] = [caution(windows, design), caution(windows + 1e-6, design)];
        at.forEach((weight, i) => {
          expect(past[i]).toBeCloseTo(weight, 3);
        });
      }
      expect(caution(5000, design)).toHaveLength(noises.length);
    }
    expect(attention(50).every((share) => share > 0)).toBe(true);
  });
});

describe('the oracle of the bench', () => {
  it('knows as much as the formula for AR(1) says', () => {
    const [phi, n, step] = [0.7, 50, 1.3];
    const information = ((1 - phi) * (1 + phi + (n - 1) * (1 - phi))) / (1 - phi * phi);
    expect(standardErrors({ correlation: phi, white: 0 }, n, step)).toBeCloseTo(step * Math.sqrt(information / 2), 9);
    expect(oracle({ correlation: phi, white: 0 }, n, 0)).toBeCloseTo(0.01, 6);
  });

  it('has the power of a test that weighs with the covariances it is given', () => {
    const [noise, n, step] = [{ correlation: 0.9, white: 0.5 }, 30, 1.2];
    const { inverse } = dense(noise.correlation, noise.white, n);
    const weights = inverse.map((row) => row.reduce((sum, one) => sum + one, 0));
    const information = weights.reduce((sum, one) => sum + one, 0);
    const level = (series: Float64Array) => series.reduce((sum, x, i) => sum + x * (weights[i] ?? 0), 0) / information;
    const normal = normals(5);
    const [a, b] = [new Float64Array(n), new Float64Array(n)];
    const trials = 4000;
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      fill(a, noise, normal);
      fill(b, noise, normal);
      if ((level(b) - level(a) + step) / Math.sqrt(2 / information) >= strict) alarms++;
    }
    const power = oracle(noise, n, step);
    expect(Math.abs(alarms / trials - power)).toBeLessThan(4 * Math.sqrt((power * (1 - power)) / trials));
  });
});
