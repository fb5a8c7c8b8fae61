import { median } from '../../../stats/autocorrelation.ts';
import { studentQuantile } from '../../../stats/beta.ts';
import type { RunLevel } from './baselines.ts';

/** Fewer runs say nothing of how runs differ. */
const runsAtLeast = 5;
/** Two-sided: one run in a hundred lies higher by chance. */
const confidence = 0.98;
/** Median absolute deviation of a normal distribution; and the variance of the middle of three, as a share of that of one. */
const medianDeviation = 0.6745;
const middleOfThree = 0.449;

/**
 * How much higher than the middle one of the last runs a run of the same version may lie by chance, in logarithms: nights differ, by neighbours and by
 * where things came to lie in memory, and the windows of one run know nothing of that. From the steps between consecutive runs, by their median, so
 * that one release that changed much does not widen it. 0 where fewer than five runs are kept.
 * @param levels of earlier runs under the same conditions, oldest first
 * @param baselines how many the middle one is of
 */
export function betweenRuns(levels: readonly RunLevel[], statistic: 'p50' | 'p95', baselines: number): number {
  const logarithms = levels.flatMap((level) => (level[statistic] > 0 ? [Math.log(level[statistic])] : []));
  if (logarithms.length < runsAtLeast) return 0;
  const steps = logarithms.slice(1).map((value, i) => Math.abs(value - (logarithms[i] ?? value)));
  const deviation = median(steps) / medianDeviation / Math.SQRT2;
  const ofMiddle = baselines >= 3 ? middleOfThree : 1 / Math.max(baselines, 1);
  return studentQuantile(confidence, steps.length / 2) * deviation * Math.sqrt(1 + ofMiddle);
}
