import type { Domain } from '../domain.ts';

export const monitoring: Domain = {
  id: 'monitoring',
  reporting: async () => (await import('./reporting.ts')).reporting,
};
