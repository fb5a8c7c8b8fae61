import type { Domain } from '../domain.ts';
import { options } from './options.ts';

export const load: Domain = {
  id: 'load',
  options,
  configuration: async () => (await import('./configuration.ts')).configuration,
  reporting: async () => (await import('./reporting.ts')).reporting,
  live: async () => (await import('./live.ts')).live,
};
