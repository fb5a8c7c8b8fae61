import type { Domain } from '../domain.ts';

export const load: Domain = {
  id: 'load',
  reporting: async () => (await import('./reporting.ts')).reporting,
};
