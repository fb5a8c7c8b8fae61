import { holds } from '../../../gate/comparison.ts';
import type { Metric } from '../../../gate/metric.ts';
import { amount, duration, list, sentence, targetAmount } from '../../../gate/words.ts';
import type { ObjectiveResult } from '../../../model/verdict.ts';
import type { Watched } from '../fold.ts';
import type { MonitoringSection } from '../section.ts';

const hourMs = 3_600_000;

/** How long the target was seen to be stable, hours: measured time without an unplanned outage and without loss of availability. */
export const stableTime: Metric<Watched, MonitoringSection> = {
  id: 'stable_time',
  words: 'stable time',
  unit: 'h',
  cause: 'time',
  isLast: true,
  missingPrefix: 'Stability',
  // In invalid windows only the times are in doubt; whether the target was up, availability judges.
  read: ({ section, facts }) => {
    const ms = section?.stability?.stableMs ?? facts.judged.coveredMs;
    return { value: ms > 0 ? ms / hourMs : null, samples: 0, absent: 'no time without an outage was measured' };
  },
  judge: (objective, hours, before, { judged }) => {
    const health = healthOf(before);
    const measured = duration(judged.coveredMs);
    const failed = health.find(({ verdict }) => verdict === 'fail');
    if (failed !== undefined)
      return { verdict: 'fail', reason: `Not stable over the ${measured} measured: ${failed.subject} failed.` };
    const shown = duration(hours * hourMs);
    const isShown = holds(hours, objective.comparison, objective.target);
    if (!isShown && holds(judged.coveredMs / hourMs, objective.comparison, objective.target))
      return {
        verdict: 'fail',
        reason: `Of the ${measured} measured, the longest time without an outage is ${shown}; ${targetAmount(objective)} is required.`,
      };
    const missing: string[] = [];
    if (!isShown) missing.push(`${shown} of ${targetAmount(objective)} shown`);
    if (health.length === 0) missing.push('nothing measured whether the target was healthy');
    for (const { subject, verdict } of health) if (verdict !== 'pass') missing.push(`${subject} is inconclusive`);
    if (missing.length === 0) return { verdict: 'pass', reason: `${shown} without loss of availability.` };
    return { verdict: 'inconclusive', reason: `${sentence(list(missing))}.` };
  },
  tile: (objective, hours) => `${amount(hours, 'h')} of ${targetAmount(objective)} shown`,
  wanted: (objective) => `${targetAmount(objective)} of stability`,
};

/** Whether the target was healthy: its availability, or the error rate where that is not judged; and its health checks. */
function healthOf(results: readonly ObjectiveResult[]): ObjectiveResult[] {
  const find = (metric: string) => results.find((result) => result.objective.metric === metric);
  return [find('availability') ?? find('error_rate'), find('health_up')].filter((found) => found !== undefined);
}
