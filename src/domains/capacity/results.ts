import type { Measurement } from '../../gate/measurement.ts';
import { capacityObjective, type ObjectiveChanges } from '../../gate/objectives.ts';
import type { CapacityResult } from '../../model/capacity.ts';
import type { Objective } from '../../model/verdict.ts';
import type { RunRecord } from '../../run/results/fold.ts';
import { evaluateCapacity } from '../../stats/capacity/evaluate.ts';

/** What the run's steps show of the target's capacity; null where it was not looked for. @param objectives that its steps were held against */
export function capacityOf({ capacity }: RunRecord, objectives: readonly Objective[]): CapacityResult | null {
  if (capacity === null) return null;
  const p95 = objectives.find(({ id }) => id === 'response-p95');
  const result = evaluateCapacity(capacity.steps, capacity.closedLoop);
  return p95 === undefined ? result : { ...result, p95TargetMs: p95.target };
}

/**
 * What a search for capacity is judged by: the objectives for capacity alone. Most of its load was meant to be more than the target bears, so
 * response times and errors over all of it say nothing; each step was judged by them.
 */
export function capacityObjectives(given: readonly Objective[] | ObjectiveChanges | null): Objective[] {
  if (!Array.isArray(given))
    return [{ ...capacityObjective, ...(given as ObjectiveChanges | null)?.[capacityObjective.id] }];
  const own = (given as readonly Objective[]).filter(({ metric }) => metric === 'capacity');
  return own.length === 0 ? [capacityObjective] : own.map((objective) => ({ ...objective, gate: 'scalability' }));
}

/** The sustained rate with its interval; one that only the generator bounds is open above. */
export function measureCapacity(capacity: CapacityResult | null): Measurement {
  if (capacity === null) return { value: null, samples: 0, absent: 'this run did not look at it' };
  const { steps, sustainablePerSecond, interval, confirmed, sentence } = capacity;
  if (sustainablePerSecond === null && interval === null) {
    return {
      value: null,
      samples: steps.length,
      absent: steps.length === 0 ? 'no step of the search was finished' : 'no step held',
    };
  }
  const value = sustainablePerSecond ?? 0;
  return {
    value,
    samples: steps.length,
    interval: (confidence) => {
      // One that was not confirmed can be a lucky step: it bounds nothing from below.
      const low = confirmed ? value : 0;
      if (interval === null) return { low, high: Number.POSITIVE_INFINITY, confidence };
      return { ...interval, low: Math.min(low, interval.low) };
    },
    note: sentence,
  };
}
