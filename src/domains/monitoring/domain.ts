import type { Domain } from '../domain.ts';

export const monitoring: Domain = {
  id: 'monitoring',
  companions: async () => (await import('./companions.ts')).companions,
  reporting: async () => (await import('./reporting.ts')).reporting,
};
