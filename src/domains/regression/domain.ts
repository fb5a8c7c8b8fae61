import { type PartDomain, partDomain } from '../part-domain.ts';
import type {} from './section.ts';

const about: PartDomain = {
  ...{ id: 'regression', gate: 'functional' },
  of: 'the comparison with the current version',
  parts: [
    {
      ...{ id: 'replay', title: 'Regression by replay' },
      help: 'the same traffic to the current version, twice, and to the candidate: answers and response times are compared',
      load: async () => (await import('./work.ts')).replay,
    },
  ],
  page: {
    title: 'Regression',
    about: 'in what the candidate answers differently from the current version',
    foot: [
      'The current version is asked twice. A field that differs from itself is judged too: by how often the candidate’s answer is the odd one of the three, which by chance it is in a third of the cases.',
      'No value of an answer is shown: letters stand as a, digits as 9, ids by their kind.',
    ],
  },
};

/** The current version and the candidate under the same traffic. */
export const regression = partDomain(about, {
  configuration: async () => (await import('./configuration.ts')).configuration,
});
