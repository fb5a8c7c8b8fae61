import type { ValidationPart } from '../validation.ts';
import { earlierGates } from './gates.ts';

/** What is known of the candidate from runs that were made before, and last whether it is still the same. */
export const parts: readonly ValidationPart[] = [
  ...earlierGates.map(
    ({ gate, title, of }): ValidationPart => ({
      ...{ id: gate, title, gate },
      help: `the verdict of ${of} on the same candidate`,
      load: async () => (await import('./earlier.ts')).earlierRun(gate, title),
    }),
  ),
  {
    ...{ id: 'candidate', title: 'Candidate' },
    help: 'what is validated: its version, artifacts and changes, asked before and after',
    load: async () => (await import('./candidate.ts')).candidate,
  },
];
