import type { Domain } from '../domain.ts';
import './section.ts';

/** How much the target bears: a search for the highest rate that it sustains. */
export const capacity: Domain = {
  id: 'capacity',
  gates: [{ id: 'scalability', title: 'Scalability' }],
  judging: async () => (await import('./judging.ts')).judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
};
