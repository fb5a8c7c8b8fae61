import type { Interval } from '../model/verdict.ts';
import { betaQuantile, incompleteBeta, studentQuantile } from './beta.ts';
import { type LatencyHistogram, lowestEquivalent } from './histogram.ts';

/** Past this many samples the normal approximation, one rank wider on each side, covers the exact ranks. */
const exactUpTo = 20_000;

/** P(X ≤ k) for X binomial. */
function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return incompleteBeta(1 - p, n - k, k + 1, p);
}

/** Smallest k in 0 … n with P(X ≤ k) ≥ `probability`. */
function binomialQuantile(probability: number, n: number, p: number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (binomialCdf(middle, n, p) >= probability) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Ranks l and u of `n` sorted samples between which the `p`-th percentile (0 … 100) lies with at least `confidence`, whatever the
 * distribution: the count of samples below the percentile is binomial (David and Nagaraja, "Order Statistics", 3rd ed., 7.1;
 * Le Boudec, "Performance Evaluation", theorem 2.1). `low` 0 or `high` n + 1: no sample bounds it on that side.
 */
export function percentileRanks(n: number, p: number, confidence: number): { low: number; high: number } {
  const share = p / 100;
  const tail = (1 - confidence) / 2;
  if (n > exactUpTo) {
    const half = studentQuantile(confidence, Number.POSITIVE_INFINITY) * Math.sqrt(n * share * (1 - share));
    return {
      low: Math.max(0, Math.floor(n * share - half) - 1),
      high: Math.min(n + 1, Math.ceil(n * share + half) + 2),
    };
  }
  // low: the last l with P(X ≤ l − 1) ≤ tail; high: the first u with P(X ≤ u − 1) ≥ 1 − tail.
  const above = binomialQuantile(tail, n, share);
  const low = binomialCdf(above, n, share) > tail ? above : above + 1;
  return { low, high: binomialQuantile(1 - tail, n, share) + 1 };
}

/**
 * Distribution-free confidence interval of a percentile, for independent samples; µs. The bounds are those of the buckets, so the
 * exact percentile cannot lie outside for being rounded. `high` is Infinity when there are too few samples for a bound. Null when empty.
 */
export function percentileInterval(
  histogram: Pick<LatencyHistogram, 'count' | 'valueAtRank'>,
  p: number,
  confidence = 0.95,
): Interval | null {
  const n = histogram.count;
  if (n === 0) return null;
  const ranks = percentileRanks(n, p, confidence);
  return {
    low: ranks.low < 1 ? 0 : lowestEquivalent(histogram.valueAtRank(ranks.low) ?? 0),
    high: ranks.high > n ? Number.POSITIVE_INFINITY : (histogram.valueAtRank(ranks.high) ?? 0),
    confidence,
  };
}

/**
 * Exact interval of a share by Clopper and Pearson (Biometrika 26, 1934): `k` of `n`, as 0 … 1; never too narrow, whatever n.
 * Neither need be whole: of requests that resemble each other, fewer count. Null when n is 0.
 */
export function proportionInterval(k: number, n: number, confidence = 0.95): Interval | null {
  if (n <= 0) return null;
  const tail = (1 - confidence) / 2;
  // The side near 1 is found as the distance from 1, which keeps its digits.
  const low = k <= 0 ? 0 : k > n / 2 ? 1 - upper(n - k, n, tail) : lower(k, n, tail);
  const high = k >= n ? 1 : k > n / 2 ? 1 - lower(n - k, n, tail) : upper(k, n, tail);
  return { low, high, confidence };
}

/** So many trials of so small a share make the binomial distribution Poisson's, to more digits than are shown. */
const endless = 1e9;

/**
 * Exact interval of the mean of a Poisson count (Garwood, Biometrika 28, 1936), as the limit of Clopper and Pearson's; `k` need not be whole: of events that
 * come together, fewer count.
 */
export function poissonInterval(k: number, confidence = 0.95): Interval {
  const share = proportionInterval(k, endless, confidence);
  return { low: (share?.low ?? 0) * endless, high: (share?.high ?? 1) * endless, confidence };
}

function lower(k: number, n: number, tail: number): number {
  return k < 0.5 ? 0 : betaQuantile(tail, k, n - k + 1);
}

function upper(k: number, n: number, tail: number): number {
  return n - k < 0.5 ? 1 : betaQuantile(1 - tail, k + 1, n - k);
}
