import type { Domain } from '../domain.ts';

export const monitoring: Domain = {
  id: 'monitoring',
  configuration: async () => (await import('./configuration.ts')).configuration,
};
