import type { RegressionComparison } from '../../../model/regression.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { beyondDoubt } from '../../../stats/compare/compare.ts';
import type { ShareComparison } from '../../../stats/compare/shares.ts';
import { tidy } from './times.ts';

const confidence = 0.95;

export interface FoundShare {
  compared: ShareComparison;
  /** Windows of each arm. */
  windows: { baseline: number; candidate: number };
  /** Of "more than before by more than the margin". */
  p: number;
}

/**
 * A share of all requests, or of their windows, in percent and beside that of a baseline.
 * @param corrected its p-value, corrected for the number of comparisons
 * @param marginPoints percentage points that are tolerated
 * @param words why it comes to each verdict
 */
export function shareComparison(
  { compared, windows }: FoundShare,
  corrected: number,
  marginPoints: number,
  statistic: RegressionComparison['statistic'],
  words: Readonly<Record<Verdict, string>>,
): RegressionComparison {
  const fails = corrected <= beyondDoubt;
  const interval = compared.interval(fails ? 1 - 2 * beyondDoubt : confidence);
  const verdict: Verdict = fails ? 'fail' : interval.high <= marginPoints ? 'pass' : 'inconclusive';
  return {
    subject: 'all',
    statistic,
    unit: '%',
    baseline: tidy(compared.baseline),
    candidate: tidy(compared.candidate),
    change: tidy(compared.change),
    interval: { ...interval, low: tidy(interval.low), high: tidy(interval.high) },
    effectSize: null,
    pValue: tidy(corrected),
    windows,
    verdict,
    reason: words[verdict],
  };
}
