import type { Domain } from '../domain.ts';

export const monitoring: Domain = {
  id: 'monitoring',
  configuration: async () => (await import('./configuration.ts')).configuration,
  companions: async () => (await import('./companions.ts')).companions,
  reporting: async () => (await import('./reporting.ts')).reporting,
  live: async () => (await import('./live.ts')).live,
};
