import type { CapacityResult } from '../../model/capacity.ts';
import type { Objective } from '../../model/verdict.ts';
import { evaluateCapacity } from '../../stats/capacity/evaluate.ts';
import type { Judging } from '../domain.ts';
import { events } from './events.ts';
import { CapacityFold } from './fold.ts';
import { sustainableRate } from './metrics.ts';
import { capacityObjective, capacityObjectives } from './objectives.ts';

export const judging: Judging<CapacityFold, CapacityResult> = {
  events,
  begin: () => new CapacityFold(),
  add: (fold, event) => fold.add(event),
  search: ({ isSearch, steps }) =>
    isSearch ? steps.map(({ startMs, durationMs }) => ({ fromMs: startMs, toMs: startMs + durationMs })) : null,
  allObjectives: [capacityObjective],
  objectives: ({ isSearch }) => (isSearch ? [capacityObjective] : []),
  metrics: [sustainableRate],
  section: async (fold, { objectives }) => capacityOf(fold, objectives),
  select: ({ isSearch }, _, choice) =>
    isSearch ? { ...choice, objectives: capacityObjectives(choice.objectives), missing: [] } : choice,
  gates: ({ isSearch }) => (isSearch ? ['scalability'] : []),
};

/** What the run's steps show of the target's capacity; null where it was not looked for. @param objectives that its steps were held against */
function capacityOf(fold: CapacityFold, objectives: readonly Objective[]): CapacityResult | null {
  if (!fold.isSearch) return null;
  const p95 = objectives.find(({ id }) => id === 'response-p95');
  const result = evaluateCapacity(fold.steps, fold.closedLoop);
  return p95 === undefined ? result : { ...result, p95TargetMs: p95.target };
}
