import type { Interval } from '../../model/verdict.ts';
import { carefulCorrelation } from '../autocorrelation.ts';
import { incompleteBeta, studentQuantile } from '../beta.ts';
import type { Counted } from '../clustered.ts';

/** How far the share of failures of a candidate lies above that of a baseline, in percentage points. */
export interface ShareComparison {
  /** Percent. */
  baseline: number;
  candidate: number;
  /** Candidate − baseline, percentage points. */
  change: number;
  /** By how much failures of a window come together: the variance of a share, as a multiple of that of independent ones. */
  inflation: number;
  interval(confidence: number): Interval;
  /** One-sided p-value of "higher by more than `marginPoints`". */
  pHigher(marginPoints: number): number;
}

const windowsAtLeast = 10;
/** Past so many standard deviations nothing is distinguished. */
const deviatesAtMost = 30;
/** Student's t with so many degrees of freedom is the normal distribution. */
const freedom = 1e9;

/**
 * Compares two shares of failures by Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, method 10), which holds for none at all
 * too. Failures come in clusters, and windows resemble their neighbours: what is counted is divided by how much more the windows scatter
 * than independent failures would (Pearson's χ² ÷ its degrees of freedom), and by what their correlation adds. One bad moment is then one
 * bad moment, not a thousand failures.
 * @returns null with fewer than ten windows in an arm
 */
export function compareShares(baseline: readonly Counted[], candidate: readonly Counted[]): ShareComparison | null {
  const [before, after] = [baseline, candidate].map((arm) => arm.filter((window) => window.of > 0));
  if (before === undefined || after === undefined) return null;
  if (Math.min(before.length, after.length) < windowsAtLeast) return null;
  const inflation = Math.max(inflationOf(before), inflationOf(after));
  const [first, second] = [sumOf(before), sumOf(after)];
  const [p1, p2] = [first.failed / first.of, second.failed / second.of];
  const bounds = (z: number) => {
    const one = wilson(p1, first.of / inflation, z);
    const two = wilson(p2, second.of / inflation, z);
    return {
      low: p2 - p1 - Math.hypot(p2 - two.low, one.high - p1),
      high: p2 - p1 + Math.hypot(two.high - p2, p1 - one.low),
    };
  };
  return {
    baseline: 100 * p1,
    candidate: 100 * p2,
    change: 100 * (p2 - p1),
    inflation,
    interval(confidence) {
      const { low, high } = bounds(deviate(confidence));
      return { low: 100 * low, high: 100 * high, confidence };
    },
    pHigher(marginPoints) {
      // The p-value is where the lower bound of the interval meets the margin.
      if (100 * (p2 - p1) <= marginPoints) return 1;
      let [inside, beyond] = [0, deviatesAtMost];
      for (let i = 0; i < 60; i++) {
        const middle = (inside + beyond) / 2;
        if (100 * bounds(middle).low > marginPoints) inside = middle;
        else beyond = middle;
      }
      return tail(inside);
    },
  };
}

/** How far the second share lies above the first, both 0 … 1, by Newcombe's interval for independent counts. */
export function shareDifference(
  first: Counted,
  second: Counted,
  confidence = 0.95,
): { value: number; interval: Interval } {
  const z = deviate(confidence);
  const [p1, p2] = [first.failed / first.of, second.failed / second.of];
  const [one, two] = [wilson(p1, first.of, z), wilson(p2, second.of, z)];
  const value = p2 - p1;
  const low = value - Math.hypot(p2 - two.low, one.high - p1);
  return { value, interval: { low, high: value + Math.hypot(two.high - p2, p1 - one.low), confidence } };
}

function sumOf(windows: readonly Counted[]): Counted {
  return windows.reduce((sum, { failed, of }) => ({ failed: sum.failed + Math.min(failed, of), of: sum.of + of }), {
    failed: 0,
    of: 0,
  });
}

/** By how much failures come together, at least 1; 1 where nothing failed, or windows are few: nothing is known of clusters then. */
export function inflationOf(windows: readonly Counted[]): number {
  const { failed, of } = sumOf(windows);
  const share = failed / of;
  if (!(share > 0 && share < 1) || windows.length < windowsAtLeast) return 1;
  const residuals = windows.map((one) => (one.failed - one.of * share) / Math.sqrt(one.of * share * (1 - share)));
  const scatter = residuals.reduce((sum, residual) => sum + residual ** 2, 0) / (residuals.length - 1);
  const correlation = carefulCorrelation(residuals, 1);
  return Math.max(1, scatter) * ((1 + correlation) / (1 - correlation));
}

/** Wilson's score interval; `n` need not be whole. */
function wilson(share: number, n: number, z: number): { low: number; high: number } {
  const square = z * z;
  const middle = (share + square / (2 * n)) / (1 + square / n);
  const half = (z / (1 + square / n)) * Math.sqrt((share * (1 - share)) / n + square / (4 * n * n));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

function deviate(confidence: number): number {
  return studentQuantile(confidence, Number.POSITIVE_INFINITY);
}

/** Chance of more than `z` standard deviations. */
function tail(z: number): number {
  const square = z * z;
  return 0.5 * incompleteBeta(freedom / (freedom + square), freedom / 2, 0.5, square / (freedom + square));
}
