import type { Domain } from '../domain.ts';

export const chaos: Domain = {
  id: 'chaos',
  companions: async () => [
    (await import('./run/ledger.ts')).ledger,
    (await import('./run/experiments.ts')).experiments,
  ],
};
