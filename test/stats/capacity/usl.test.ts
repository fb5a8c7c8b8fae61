import { describe, expect, it } from 'vitest';
import { lawInWords } from '../../../src/stats/capacity/law-words.ts';
import { fitScalability } from '../../../src/stats/capacity/usl.ts';
import { scalabilityIntervals } from '../../../src/stats/capacity/usl-intervals.ts';
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

  it('takes four distinct N, leaves out what has no size or no rate, and knows no peak where nothing makes it slower', () => {
    const fit = fitScalability(
      [...[1, 2, 4, 8].map(law(200, 0.25, 0)), { n: 0, ratePerSecond: 50 }, { n: 16, ratePerSecond: 0 }],
      'instances',
    );
    expect(fit?.points.map(({ n }) => n)).toEqual([1, 2, 4, 8]);
    expect(fit?.lambda).toBeCloseTo(200, 6);
    expect(fit?.sigma).toBeCloseTo(0.25, 9);
    expect(fit?.kappa).toBeCloseTo(0, 9);
    expect(fit?.rSquared).toBeCloseTo(1, 9);
  });

  it('leaves a parameter at 0 that buys nothing, and the peak is where that law has it', () => {
    // What scales better at first than any law allows pulls σ below 0, and falls later.
    const fit = fitScalability([1, 2, 4, 8, 16, 24].map(law(300, -0.05, 0.004)), 'concurrency');
    expect(fit?.sigma).toBe(0);
    expect(fit?.kappa).toBeGreaterThan(0.0005);
    expect(fit?.peakAt).toBeCloseTo(Math.sqrt(1 / (fit?.kappa ?? 1)), 9);
    const { lambda = 0, kappa = 0, peakAt = 0, peakRatePerSecond } = fit ?? {};
    const n = peakAt ?? 0;
    expect(peakRatePerSecond).toBeCloseTo((lambda * n) / (1 + kappa * n * (n - 1)), 6);
    // The best that a law with σ at 0 can do: neither a little more nor a little less of either parameter is nearer.
    const off = (l: number, k: number) =>
      (fit?.points ?? []).reduce((sum, one) => sum + (one.ratePerSecond - law(l, 0, k)(one.n).ratePerSecond) ** 2, 0);
    const least = off(lambda, kappa);
    for (const share of [0.999, 1.001]) {
      expect(off(lambda * share, kappa)).toBeGreaterThan(least);
      expect(off(lambda, kappa * share)).toBeGreaterThan(least);
    }
    const mean = (fit?.points ?? []).reduce((sum, one) => sum + one.ratePerSecond / 6, 0);
    const variation = (fit?.points ?? []).reduce((sum, one) => sum + (one.ratePerSecond - mean) ** 2, 0);
    expect(fit?.rSquared).toBeCloseTo(1 - least / variation, 9);
  });

  it('is as good at noise as any law near it', () => {
    const normal = gaussian(seeded(8));
    const points = [1, 2, 3, 5, 8, 13, 21].map(law(80, 0.12, 0.006)).map(({ n, ratePerSecond }) => {
      return { n, ratePerSecond: ratePerSecond * (1 + 0.05 * normal()) };
    });
    const fit = fitScalability(points, 'instances');
    const off = (l: number, s: number, k: number) =>
      points.reduce((sum, one) => sum + (one.ratePerSecond - law(l, s, k)(one.n).ratePerSecond) ** 2, 0);
    const { lambda = 0, sigma = 0, kappa = 0 } = fit ?? {};
    const least = off(lambda, sigma, kappa);
    expect([sigma > 0, kappa > 0]).toEqual([true, true]);
    for (const share of [0.999, 1.001]) {
      expect(off(lambda * share, sigma, kappa)).toBeGreaterThan(least);
      expect(off(lambda, sigma * share, kappa)).toBeGreaterThan(least);
      expect(off(lambda, sigma, kappa * share)).toBeGreaterThan(least);
    }
  });

  it('has its peak at one where a second makes it slower, and explains rates that do not differ', () => {
    expect(fitScalability([1, 2, 3, 4, 5].map(law(100, 1.4, 0)), 'instances')).toMatchObject({ peakAt: 1 });
    const same = fitScalability(
      [1, 2, 3, 4].map((n) => ({ n, ratePerSecond: 100 })),
      'instances',
    );
    expect(same).toMatchObject({ peakAt: 1, rSquared: 1 });
    expect(same?.peakRatePerSecond).toBeCloseTo(100, 6);
  });

  it('needs four distinct N', () => {
    expect(fitScalability([1, 2, 3, 3].map(law(100, 0.1, 0)), 'instances')).toBeNull();
    expect(fitScalability([], 'instances')).toBeNull();
  });
});

describe('what is not known of the law', () => {
  /** Rates known to 6 %, as the search leaves them, the true one somewhere within. */
  const found = (of: (n: number) => { ratePerSecond: number }, within: readonly number[]) => {
    const points = within.map((share, i) => {
      const low = of(i + 1).ratePerSecond / 1.06 ** share;
      return { n: i + 1, ratePerSecond: low, missedPerSecond: low * 1.06 };
    });
    const fit = fitScalability(points, 'instances');
    if (fit === null) throw new Error('nothing fits');
    const intervals = scalabilityIntervals(points, fit);
    if (intervals === null) throw new Error('no intervals');
    return { fit, intervals, words: lawInWords({ ...fit, intervals }) ?? '' };
  };

  it.each([
    [0.25, 0, [0.2, 0.9, 0.5, 0.4, 0.6, 0.1]],
    [0.12, 0.02, [0.5, 0.5, 0.1, 0.9, 0.3, 0.7]],
    [0.02, 0.05, [0.9, 0.1, 0.4, 0.6, 0.5, 0.2]],
  ])('holds σ %d and κ %d, wherever the rates lie within what the steps tell', (sigma, kappa, within) => {
    const { fit, intervals } = found(law(50, sigma, kappa), within);
    // Six numbers do not tell the one from the other well, and the interval says so.
    expect(intervals.sigma.low).toBeLessThanOrEqual(sigma + 1e-9);
    expect(intervals.sigma.high).toBeGreaterThanOrEqual(sigma - 1e-9);
    expect(intervals.kappa.low).toBeLessThanOrEqual(kappa + 1e-9);
    expect(intervals.kappa.high).toBeGreaterThanOrEqual(kappa - 1e-9);
    expect(intervals.sigma.low).toBeLessThanOrEqual(fit.sigma);
    expect(intervals.sigma.high).toBeGreaterThanOrEqual(fit.sigma);
    expect(found(law(50, sigma, kappa), within).intervals).toEqual(intervals);
  });

  it('says in words what waits, and that nothing is told apart where nothing is', () => {
    const contended = found(law(50, 0.4, 0), [0.5, 0.5, 0.5, 0.5]);
    expect(contended.words).toMatch(/^By the scalability law 4 instances do 4\d % of what 4 times one would/);
    const linear = found(law(50, 0, 0), [0.5, 0.5, 0.5, 0.5]);
    expect(linear.intervals.sigma.low).toBe(0);
    expect(linear.words).toMatch(/^By the scalability law it is not shown that instances wait for one another/);
    expect(linear.words).toContain('the number of instances beyond which more do not help was not reached');
    const falling = found(law(50, 0.05, 0.2), [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
    expect(falling.words).toMatch(/the rate is highest at about 2 instances/);
  });

  it('has intervals that a file can hold', () => {
    const { intervals } = found(law(50, 0.02, 0), [0.5, 0.5, 0.5, 0.5]);
    expect(JSON.parse(JSON.stringify(intervals))).toEqual(intervals);
  });
});
