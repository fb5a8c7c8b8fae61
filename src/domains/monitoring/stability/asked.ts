import { duration } from '../../../gate/words.ts';
import type { TrendResult } from '../../../model/stability.ts';
import type { Objective } from '../../../model/verdict.ts';
import { rule } from './rule.ts';
import { afterWarmUp } from './series.ts';

const hourMs = 3_600_000;

/**
 * Why drift was not asked for: the stable time that is asked for is itself too short to show a trend, and the run showed none. Null where a
 * trend could be tested, or should have been.
 */
export function whyDriftIsNotAsked(objectives: readonly Objective[], trends: readonly TrendResult[]): string | null {
  const stable = objectives.find(({ metric }) => metric === 'stable_time');
  if (stable === undefined) return null;
  const { fromMs, toMs } = afterWarmUp(stable.target * hourMs);
  const tested = trends.some(({ subject, pValue }) => subject === 'target' && pValue !== null);
  if (tested || toMs - fromMs >= rule.periodAtLeastMs) return null;
  const needed = duration(rule.warmUpAtLeastMs + rule.periodAtLeastMs);
  return `Drift was not asked for in a run this short: the stable time asked for is ${duration(stable.target * hourMs)}, and a trend needs ${needed}, warm-up included.`;
}
