import type { Objective } from '../../model/verdict.ts';

/** What a run with --find-capacity is judged by; no other run has evidence for it. */
export const capacityObjective: Objective = {
  id: 'capacity',
  title: 'Sustainable rate',
  gate: 'scalability',
  metric: 'capacity',
  statistic: 'value',
  comparison: '>',
  target: 1000,
  unit: '/s',
  weight: 1,
  key: true,
  minimumSamples: 0,
};

/**
 * The objectives for capacity alone, of all there are. Most of a search's load was meant to be more than the target can take, so response times and
 * errors over all of it say nothing; each step was judged by them.
 */
export function capacityObjectives(all: readonly Objective[]): Objective[] {
  const own = all.filter(({ metric }) => metric === 'capacity');
  return own.length === 0 ? [capacityObjective] : own.map((objective) => ({ ...objective, gate: 'scalability' }));
}
