import type { ShareFigure } from '../../../model/journeys.ts';
import type { Counted } from '../../../stats/clustered.ts';
import { inflationOf } from '../../../stats/compare/shares.ts';
import { proportionInterval } from '../../../stats/intervals.ts';

/** `k` of `n` in percent, with the exact interval. */
export function share(k: number, n: number): ShareFigure {
  return figure(k, n, 1);
}

/** The share that failed over all windows. Failures come together, so what was counted is divided by how much they do. */
export function lostShare(windows: readonly Counted[]): ShareFigure & { due: number; lost: number } {
  const due = windows.reduce((sum, { of }) => sum + of, 0);
  const lost = windows.reduce((sum, { failed }) => sum + failed, 0);
  return { due, lost, ...figure(lost, due, inflationOf(windows)) };
}

function figure(k: number, n: number, inflation: number): ShareFigure {
  const interval = proportionInterval(k / inflation, n / inflation);
  if (n <= 0 || interval === null) return { percent: null, interval: null };
  const { low, high, confidence } = interval;
  return { percent: tidy((100 * k) / n), interval: { low: tidy(100 * low), high: tidy(100 * high), confidence } };
}

/** A millionth of a percent means nothing. */
export function tidy(value: number): number {
  return Number(value.toFixed(6));
}
