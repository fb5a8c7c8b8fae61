import { amount, grouped } from '../../../gate/words.ts';
import type { RegressionComparison } from '../../../model/regression.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { beyondDoubt } from '../../../stats/compare/compare.ts';
import { type Trend, trendOf } from '../../../stats/trend.ts';
import type { RunLevel } from './baselines.ts';
import { signed, tidy } from './times.ts';

/** Runs that a slope is looked for in, this one included: fewer show none, and older ones are another time. */
const runsAtLeast = 8;
const runsAtMost = 30;

interface FoundSlope {
  statistic: 'p50' | 'p95';
  /** Of the logarithm of a run's level, by run. */
  trend: Trend;
  /** One-sided. */
  p: number;
}

/**
 * Whether runs get slower one after the other, each by so little that it is lost in the comparison with the last ones: +3 % a night is +75 % in twenty. The
 * trend is that of drift within a run (src/stats/trend.ts), safe where runs resemble those before them.
 * @param levels of earlier runs under the same conditions, oldest first
 * @returns null with fewer than eight runs
 */
export function slopeOf(
  levels: readonly RunLevel[],
  candidate: RunLevel,
  statistic: 'p50' | 'p95',
  marginPercent: number,
): FoundSlope | null {
  const all = [...levels, candidate].slice(-runsAtMost).filter((level) => level[statistic] > 0);
  if (all.length < runsAtLeast) return null;
  const trend = trendOf(
    all.map((level, x) => ({ x, y: Math.log(level[statistic]) })),
    1 - 2 * beyondDoubt,
  );
  if (trend === null) return null;
  const rises = trend.slope > 0 && trend.interval.low * (all.length - 1) > Math.log1p(marginPercent / 100);
  return { statistic, trend, p: rises ? trend.pValue / 2 : 1 };
}

/** @param corrected its p-value, corrected for the number of comparisons */
export function slopeComparison(
  { statistic, trend }: FoundSlope,
  corrected: number,
  marginPercent: number,
): RegressionComparison {
  const { points, slope, start, end, interval } = trend;
  const over = (perRun: number) => 100 * Math.expm1(perRun * (points - 1));
  const verdict: Verdict =
    corrected <= beyondDoubt ? 'fail' : over(interval.high) <= marginPercent ? 'pass' : 'inconclusive';
  const runs = `over the last ${grouped(points)} runs`;
  const each = `${signed(100 * Math.expm1(slope))} a run, ${signed(over(slope))} ${runs}`;
  const words: Record<Verdict, string> = {
    fail: `The ${statistic} of all requests grows from run to run: ${each}, beyond doubt.`,
    pass: `The ${statistic} of all requests does not grow ${runs} by more than ${amount(marginPercent, '%')}.`,
    inconclusive: `The ${statistic} of all requests changes by ${each}: growth by more than ${amount(marginPercent, '%')} is not ruled out.`,
  };
  return {
    subject: 'all',
    statistic: `slope_${statistic}`,
    unit: 'ms',
    baseline: tidy(Math.exp(start)),
    candidate: tidy(Math.exp(end)),
    change: tidy(over(slope)),
    interval: { ...interval, low: tidy(over(interval.low)), high: tidy(over(interval.high)) },
    effectSize: null,
    pValue: tidy(corrected),
    windows: { baseline: points - 1, candidate: 1 },
    verdict,
    reason: words[verdict],
  };
}
