import { amount } from '../../../gate/words.ts';
import type { RegressionComparison } from '../../../model/regression.ts';
import type { Counted } from '../../../stats/clustered.ts';
import { compareShares } from '../../../stats/compare/shares.ts';
import type { Baseline } from './baselines.ts';
import type { WindowSeries } from './series.ts';
import { type FoundShare, shareComparison } from './share-comparison.ts';
import { middle, tidy } from './times.ts';

/** So much more, in percentage points, is tolerated at least: half of what the default objective allows altogether. */
const leastPoints = 0.05;

interface FoundErrors extends FoundShare {
  marginPoints: number;
}

/**
 * Compares the error rate of all requests with each baseline; what is reported is the middle one.
 * @param marginPercent of the baseline's own rate, where that is more than 0.05 points
 * @returns null where no baseline counted its failures, or windows are few
 */
export function medianErrors(
  baselines: readonly Baseline[],
  candidates: readonly WindowSeries[],
  marginPercent: number,
): FoundErrors | null {
  const after = counted(candidates.find(({ subject }) => subject === 'all'));
  return middle(
    baselines.flatMap(({ series }): FoundErrors[] => {
      const before = counted(series.find(({ subject }) => subject === 'all'));
      const compared = compareShares(before, after);
      if (compared === null) return [];
      const marginPoints = Math.max(leastPoints, (marginPercent / 100) * compared.baseline);
      const windows = { baseline: before.length, candidate: after.length };
      return [{ compared, windows, marginPoints, p: compared.pHigher(marginPoints) }];
    }),
  );
}

function counted(series: (Pick<WindowSeries, 'count'> & { errors?: number[] | undefined }) | undefined): Counted[] {
  return (series?.errors ?? []).map((failed, i) => {
    const of = series?.count[i] ?? 0;
    return { failed: Math.min(failed, of), of };
  });
}

/** @param corrected its p-value, corrected for the number of comparisons */
export function errorComparison(found: FoundErrors, corrected: number): RegressionComparison {
  const { compared, marginPoints } = found;
  const what = `${amount(compared.candidate, '%')} of all requests failed, ${amount(compared.baseline, '%')} before`;
  const margin = `${amount(marginPoints, '%')} of all requests`;
  return shareComparison(found, corrected, marginPoints, 'error_rate', {
    fail: `${what}: an increase of more than ${margin}, beyond doubt.`,
    pass: `${what}: no increase of more than ${margin}.`,
    inconclusive: `${what}: an increase of more than ${margin} is not ruled out.`,
  });
}

/** The same with its change in percent of the baseline, as the objective asks; of a baseline without failures, of the points tolerated. */
export function relativeErrors(one: RegressionComparison): RegressionComparison {
  const of = Math.max(one.baseline, leastPoints);
  const relative = (points: number) => tidy((100 * points) / of);
  const { interval } = one;
  return {
    ...one,
    change: relative(one.change),
    interval: interval === null ? null : { ...interval, low: relative(interval.low), high: relative(interval.high) },
  };
}
