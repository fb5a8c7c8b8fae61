import { duration } from '../../../gate/words.ts';
import type { TrendResult } from '../../../model/stability.ts';
import type { Objective } from '../../../model/verdict.ts';
import type { JudgedObjectives } from '../results/utilization.ts';
import { rule } from './rule.ts';
import { afterWarmUp } from './series.ts';

const hourMs = 3_600_000;

/**
 * Leaves the default objective on drift out where the stable time that is asked for is itself too short to show a trend, and the run showed
 * none: nothing that could have been drifted was asked for, and the report says so. Where a trend could be tested it is judged, and an
 * objective that the configuration names is kept, for what was asked for may not pass by silence.
 */
export function askedDrift(
  objectives: readonly Objective[],
  given: readonly Objective[] | Record<string, unknown> | null,
  trends: readonly TrendResult[],
): JudgedObjectives {
  const kept = { objectives: [...objectives], missing: [] };
  const named = Array.isArray(given) || (given !== null && Object.hasOwn(given, 'drift'));
  const stable = objectives.find(({ metric }) => metric === 'stable_time');
  if (named || stable === undefined || !objectives.some(({ metric }) => metric === 'drift')) return kept;
  const { fromMs, toMs } = afterWarmUp(stable.target * hourMs);
  const tested = trends.some(({ subject, pValue }) => subject === 'target' && pValue !== null);
  if (tested || toMs - fromMs >= rule.stretchAtLeastMs) return kept;
  const needed = duration(rule.warmUpAtLeastMs + rule.stretchAtLeastMs);
  return {
    objectives: objectives.filter(({ metric }) => metric !== 'drift'),
    missing: [
      `Drift was not asked for in a run this short: the stable time asked for is ${duration(stable.target * hourMs)}, and a trend needs ${needed}, warm-up included.`,
    ],
  };
}
