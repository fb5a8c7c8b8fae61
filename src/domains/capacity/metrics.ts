import type { Measurement } from '../../gate/measurement.ts';
import type { CapacityResult } from '../../model/capacity.ts';
import type { Metric } from '../domain.ts';
import type { CapacityFold } from './fold.ts';

export const sustainableRate: Metric<CapacityFold, CapacityResult> = {
  id: 'capacity',
  words: 'sustainable rate',
  unit: '/s',
  cause: 'speed',
  read: ({ section }) => measureCapacity(section),
};

/** The sustained rate with its interval; one that only the generator bounds is open above. */
export function measureCapacity(capacity: CapacityResult | null): Measurement {
  if (capacity === null) return { value: null, samples: 0, absent: 'this run did not measure it' };
  const { steps, sustainablePerSecond, interval, atLeastPerSecond, sentence } = capacity;
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
      // One that was not confirmed can be a lucky step.
      const low = atLeastPerSecond ?? 0;
      if (interval === null) return { low, high: Number.POSITIVE_INFINITY, confidence };
      return { ...interval, low: Math.min(low, interval.low) };
    },
    note: sentence,
  };
}
