import type { Domain } from '../domain.ts';

export const uat: Domain = {
  id: 'uat',
  reporting: async () => (await import('./reporting.ts')).reporting,
};
