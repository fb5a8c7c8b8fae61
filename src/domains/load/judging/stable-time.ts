import { holds } from '../../../gate/comparison.ts';
import type { Metric } from '../../../gate/metric.ts';
import { amount, duration, list, sentence, targetAmount } from '../../../gate/words.ts';
import type { ObjectiveResult } from '../../../model/verdict.ts';
import type { LoadSection } from '../section.ts';
import { type LoadState, single } from './reading.ts';

const hourMs = 3_600_000;

/** How long the target was seen to be stable, hours: measured time without loss of availability. */
export const stableTime: Metric<LoadState, LoadSection> = {
  id: 'stable_time',
  words: 'stable time',
  unit: 'h',
  cause: 'time',
  isLast: true,
  missingPrefix: 'Stability',
  // In invalid windows only the times are in doubt; whether the target was up, availability judges.
  read: single(({ facts }) => (facts.judged.coveredMs > 0 ? facts.judged.coveredMs / hourMs : null)),
  judge: (objective, hours, before) => {
    const health = healthOf(before);
    const shown = duration(hours * hourMs);
    if (health?.verdict === 'fail')
      return { verdict: 'fail', reason: `Not stable over the ${shown} measured: ${health.subject} failed.` };
    const missing: string[] = [];
    if (!holds(hours, objective.comparison, objective.target))
      missing.push(`${shown} of ${targetAmount(objective)} shown`);
    if (health === undefined) missing.push('nothing measured whether the target was healthy');
    else if (health.verdict !== 'pass') missing.push(`${health.subject} is inconclusive`);
    if (missing.length === 0) return { verdict: 'pass', reason: `${shown} without loss of availability.` };
    return { verdict: 'inconclusive', reason: `${sentence(list(missing))}.` };
  },
  tile: (objective, hours) => `${amount(hours, 'h')} of ${targetAmount(objective)} shown`,
  wanted: (objective) => `${targetAmount(objective)} of stability`,
};

/** Availability says whether the target was healthy; where it is not judged, the error rate does. */
function healthOf(results: readonly ObjectiveResult[]): ObjectiveResult | undefined {
  const find = (metric: string) => results.find((result) => result.objective.metric === metric);
  return find('availability') ?? find('error_rate');
}
