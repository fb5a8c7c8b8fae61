import { describe, expect, it } from 'vitest';
import { fitScalability } from '../../../src/stats/capacity/usl.ts';
import { gaussian, seeded } from '../../random.ts';

const law = (lambda: number, sigma: number, kappa: number) => (n: number) => ({
  n,
  ratePerSecond: (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1)),
});

describe('fitScalability', () => {
  it('finds the parameters that points were made with', () => {
    const fit = fitScalability([1, 2, 4, 8, 16, 32].map(law(1000, 0.05, 0.002)), 'instances');
    expect(fit?.lambda).toBeCloseTo(1000, 3);
    expect(fit?.sigma).toBeCloseTo(0.05, 6);
    expect(fit?.kappa).toBeCloseTo(0.002, 6);
    expect(fit?.peakAt).toBeCloseTo(Math.sqrt(0.95 / 0.002), 3);
    expect(fit?.rSquared).toBeCloseTo(1, 9);
  });

  it('keeps σ and κ at 0 or above where points scale better than linearly', () => {
    const fit = fitScalability(
      [1, 2, 3, 4].map((n) => ({ n, ratePerSecond: 100 * n ** 1.1 })),
      'instances',
    );
    expect(fit?.sigma).toBe(0);
    expect(fit?.kappa).toBe(0);
    expect(fit?.peakAt).toBeNull();
    expect(fit?.peakRatePerSecond).toBeNull();
  });

  it('bears noise', () => {
    const normal = gaussian(seeded(5));
    const points = [1, 2, 3, 4, 6, 8, 12, 16, 24].map(law(500, 0.08, 0.004));
    const fit = fitScalability(
      points.map(({ n, ratePerSecond }) => ({ n, ratePerSecond: ratePerSecond * (1 + 0.02 * normal()) })),
      'concurrency',
    );
    expect(fit?.lambda).toBeGreaterThan(450);
    expect(fit?.lambda).toBeLessThan(550);
    expect(Math.abs((fit?.peakAt ?? 0) / Math.sqrt(0.92 / 0.004) - 1)).toBeLessThan(0.15);
    expect(fit?.rSquared).toBeGreaterThan(0.97);
  });

  it('needs four distinct N', () => {
    expect(fitScalability([1, 2, 3, 3].map(law(100, 0.1, 0)), 'instances')).toBeNull();
    expect(fitScalability([], 'instances')).toBeNull();
  });
});
