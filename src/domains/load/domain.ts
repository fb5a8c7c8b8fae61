import type { Domain } from '../domain.ts';
import { options } from './options.ts';

export const load: Domain = {
  id: 'load',
  options,
  reporting: async () => (await import('./reporting.ts')).reporting,
};
