import type { Objective } from '../../model/verdict.ts';
import { goodVitals, type VitalName } from '../../model/vital.ts';

/** What vitals of browser users are judged by, where the configuration gives them budgets. */
export function vitalObjectives(budgets: Partial<Record<VitalName, number>>): Objective[] {
  return (Object.entries(budgets) as [VitalName, number][]).map(([vital, target]) => ({
    id: `vital-${vital.toLowerCase()}`,
    title: `${vital} under load, p75`,
    gate: 'performance',
    metric: 'web_vital',
    statistic: 'value',
    vital,
    comparison: '<=',
    target,
    unit: vital === 'CLS' ? 'score' : 'ms',
    weight: 1,
    key: false,
    minimumSamples: 20,
  }));
}

/** One for each vital, so that a configuration can name it. */
export const everyVitalObjective: readonly Objective[] = vitalObjectives(goodVitals);
