import type { Domain } from '../domain.ts';

/** Who hears of runs. What tells them is called where runs begin and end. */
export const notifications: Domain = {
  id: 'notifications',
  configuration: async () => (await import('./configuration.ts')).configuration,
};
