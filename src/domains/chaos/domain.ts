import type { Domain } from '../domain.ts';

export const chaos: Domain = {
  id: 'chaos',
  reporting: async () => (await import('./reporting.ts')).reporting,
};
