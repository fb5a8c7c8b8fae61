import type { Domain } from '../domain.ts';

export const uat: Domain = {
  id: 'uat',
  companions: async () => (await import('./beside-load/companions.ts')).companions,
};
