import type { Domain } from '../domain.ts';

export const monitoring: Domain = {
  id: 'monitoring',
  judging: async () => (await import('./judging.ts')).judging,
};
