import { medianSorted } from 'simple-statistics';

export function median(values: readonly number[]): number {
  return values.length === 0 ? 0 : medianSorted([...values].sort((a, b) => a - b));
}

/** Ranks from 1; ties share their mean rank. */
export function midRanks(values: readonly number[]): number[] {
  const places = new Map<number, { first: number; count: number }>();
  [...values]
    .sort((a, b) => a - b)
    .forEach((value, i) => {
      const place = places.get(value);
      if (place === undefined) places.set(value, { first: i + 1, count: 1 });
      else place.count++;
    });
  return values.map((value) => {
    const { first, count } = places.get(value) ?? { first: 0, count: 1 };
    return first + (count - 1) / 2;
  });
}

/** Autocorrelations at lags 1 … `lags`; zeros for a constant series. */
export function autocorrelations(values: readonly number[], lags: number): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
  const off = values.map((value) => value - mean);
  const squares = off.reduce((sum, value) => sum + value * value, 0);
  return Array.from({ length: lags }, (_, i) => {
    if (squares <= 1e-300) return 0;
    let products = 0;
    for (let t = i + 1; t < off.length; t++) products += (off[t] ?? 0) * (off[t - i - 1] ?? 0);
    return products / squares;
  });
}

/** Highest correlation of neighbours that is distinguished from a series that wanders for ever. */
const correlationAtMost = 0.995;

/**
 * A careful estimate of the correlation of neighbours, from residuals of a fit of `fitted` coefficients: corrected for the bias that
 * fitting brings (Marriott and Pope, Biometrika 41, 1954; with a line fitted about −(2 + 4φ)/n) and moved one and a half standard errors up, since
 * to take it too low is what raises false alarms. 0 … 0.995.
 */
export function carefulCorrelation(residuals: readonly number[], fitted: number): number {
  const n = residuals.length;
  if (n < 4) return correlationAtMost;
  const [found = 0] = autocorrelations(residuals, 1);
  const corrected = Math.min((found + fitted / n) / (1 - (2 * fitted) / n), 1);
  const error = Math.sqrt(Math.max(1 - corrected * corrected, 1 / n) / n);
  return Math.min(Math.max(corrected + 1.5 * error, 0), correlationAtMost);
}
