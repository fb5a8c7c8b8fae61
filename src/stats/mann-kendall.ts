import { errorFunction } from 'simple-statistics';
import { autocorrelations, carefulCorrelation, midRanks } from './autocorrelation.ts';

export interface MannKendall {
  /** Pairs that rise less those that fall. */
  s: number;
  /** Of S where nothing changes, corrected for ties and for autocorrelation. */
  variance: number;
  /** Two-sided. */
  pValue: number;
}

/**
 * The Mann–Kendall test for a series that rises or falls, safe for one whose neighbours resemble each other. The variance of S is that of
 * Hamed and Rao (Journal of Hydrology 204, 1998). Their empirical rank correlations, taken as they come, are too low for short or strongly
 * correlated series, since a wandering series is partly fitted away as a trend; so the larger of two corrections counts: theirs, and that of
 * a first-order process with `carefulCorrelation`.
 * @param values evenly spaced in time
 * @param residuals the same without their trend
 */
export function mannKendall(values: readonly number[], residuals: readonly number[]): MannKendall {
  const n = values.length;
  let s = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s += Math.sign((values[j] ?? 0) - (values[i] ?? 0));
  const variance = independentVariance(values) * inflation(residuals);
  if (variance <= 0 || s === 0) return { s, variance, pValue: 1 };
  const z = (Math.abs(s) - 1) / Math.sqrt(variance);
  return { s, variance, pValue: Math.min(1, Math.max(0, 1 - errorFunction(z / Math.SQRT2))) };
}

/** Var(S) of independent values with ties (Kendall, "Rank Correlation Methods"). */
function independentVariance(values: readonly number[]): number {
  const of = (n: number) => n * (n - 1) * (2 * n + 5);
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let tied = 0;
  for (const count of counts.values()) tied += of(count);
  return (of(values.length) - tied) / 18;
}

/** n ÷ n*, how much wider S spreads than that of independent values; at least 1. */
function inflation(residuals: readonly number[]): number {
  const n = residuals.length;
  const ranks = midRanks(residuals);
  const first = carefulCorrelation(ranks, 2);
  const lags = Math.max(0, n - 3);
  const process = Array.from({ length: lags }, (_, i) => (6 / Math.PI) * Math.asin(first ** (i + 1) / 2));
  // Past a quarter of the series an autocorrelation rests on too few pairs.
  const significant = 1.96 / Math.sqrt(n);
  const seen = autocorrelations(ranks, Math.floor(n / 4)).map((r) => (Math.abs(r) > significant ? r : 0));
  return Math.max(1, hamedRao(process, n), hamedRao(seen, n));
}

function hamedRao(correlations: readonly number[], n: number): number {
  let sum = 0;
  correlations.forEach((correlation, i) => {
    const k = i + 1;
    sum += (n - k) * (n - k - 1) * (n - k - 2) * correlation;
  });
  return 1 + (2 / (n * (n - 1) * (n - 2))) * sum;
}
