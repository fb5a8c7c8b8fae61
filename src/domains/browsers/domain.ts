import type { Domain } from '../domain.ts';

export const browsers: Domain = {
  id: 'browsers',
  companions: async () => [(await import('./open.ts')).browserUsers],
};
