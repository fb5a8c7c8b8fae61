import type { Domain } from '../domain.ts';

export const capacity: Domain = {
  id: 'capacity',
  reporting: async () => (await import('./reporting.ts')).reporting,
};
