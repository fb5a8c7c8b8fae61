import type { Domain } from '../domain.ts';

export const browsers: Domain = {
  id: 'browsers',
  reporting: async () => (await import('./reporting.ts')).reporting,
};
