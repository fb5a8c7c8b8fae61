import type { Metric } from '../domain.ts';
import { partMetric } from '../part-objectives.ts';
import type { RehearsalFold } from './fold.ts';
import { rehearsals } from './rehearsals.ts';
import type { RehearsalSection } from './section.ts';

export const metrics: readonly Metric<RehearsalFold, RehearsalSection>[] = [
  ...rehearsals.map((one) =>
    partMetric<RehearsalFold, RehearsalSection>(
      { prefix: 'rehearsal', words: 'the rehearsal of the' },
      one,
      ({ rehearsals: results, notBegun }) => ({ results, notBegun }),
    ),
  ),
  {
    unit: 'count',
    isCount: true,
    id: 'rehearsal_restored',
    words: 'number of ways in which traffic differs from before the rehearsals',
    shortWords: 'traffic restored',
    cause: 'function',
    read({ section }) {
      const restored = section?.restored ?? null;
      if (restored === null) {
        const absent = 'the run was cut off before it was seen where the traffic went';
        return { value: null, samples: 0, absent };
      }
      return {
        value: restored.ok ? 0 : 1,
        samples: 1,
        words: { observed: restored.ok ? 'as before' : 'not as before', wanted: 'as before' },
        ...(restored.ok ? {} : { reason: `After the rehearsals the traffic is not where it was: ${restored.detail}.` }),
      };
    },
  },
];
