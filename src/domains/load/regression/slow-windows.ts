import { amount } from '../../../gate/words.ts';
import type { RegressionComparison } from '../../../model/regression.ts';
import type { Counted } from '../../../stats/clustered.ts';
import { compareShares } from '../../../stats/compare/shares.ts';
import type { Baseline } from './baselines.ts';
import type { WindowSeries } from './series.ts';
import { type FoundShare, shareComparison } from './share-comparison.ts';
import { armsAgainst, middle } from './times.ts';

/** Share of the baseline's windows that may lie above what is called slow, before the margin. */
const usual = 0.9;
/** So many percentage points more slow windows are tolerated. */
const marginPoints = 10;

interface FoundSlow extends FoundShare {
  /** ms */
  slowFrom: number;
}

/**
 * How many windows of all requests are slow, beside each baseline; what is reported is the middle one. A mean over windows hides windows that are four times as
 * slow where others are four times as quick, and one slow window in three where the rest are as before. Slow is a p95 above nine tenths of the
 * baseline's by more than the margin.
 * @returns null where windows are few, or no baseline has them
 */
export function medianSlowWindows(
  baselines: readonly Baseline[],
  candidates: readonly WindowSeries[],
  schedule: string,
  marginPercent: number,
): FoundSlow | null {
  const all = candidates.find(({ subject }) => subject === 'all');
  if (all === undefined) return null;
  return middle(
    baselines.flatMap((baseline): FoundSlow[] => {
      const arms = armsAgainst(baseline, all, 'p95', schedule);
      if (arms === null) return [];
      const found = slowWindows(arms.baseline, arms.candidate, marginPercent);
      return found === null ? [] : [found];
    }),
  );
}

/** The same of two arms: p95 of each window in the order of time. */
export function slowWindows(
  baseline: readonly number[],
  candidate: readonly number[],
  marginPercent: number,
): FoundSlow | null {
  const sorted = [...baseline].sort((a, b) => a - b);
  const slowFrom = (sorted[Math.ceil(sorted.length * usual) - 1] ?? 0) * (1 + marginPercent / 100);
  const counted = (figures: readonly number[]): Counted[] =>
    figures.map((figure) => ({ failed: Number(figure > slowFrom), of: 1 }));
  const compared = compareShares(counted(baseline), counted(candidate));
  if (compared === null) return null;
  const windows = { baseline: baseline.length, candidate: candidate.length };
  return { compared, windows, slowFrom, p: compared.pHigher(marginPoints) };
}

/** @param corrected its p-value, corrected for the number of comparisons */
export function slowComparison(found: FoundSlow, corrected: number): RegressionComparison {
  const { compared, slowFrom } = found;
  const what = `${amount(compared.candidate, '%')} of the windows had a p95 above ${amount(slowFrom, 'ms')}, ${amount(compared.baseline, '%')} before`;
  const comparison = shareComparison(found, corrected, marginPoints, 'slow_windows', {
    fail: `${what}: slow windows come more often, beyond doubt.`,
    pass: `${what}.`,
    inconclusive: `${what}: that slow windows come more often is not ruled out.`,
  });
  return { ...comparison, marginPoints };
}
