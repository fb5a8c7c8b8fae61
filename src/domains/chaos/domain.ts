import type { Domain, Judging } from '../domain.ts';

export const chaos: Domain = {
  id: 'chaos',
  gates: [
    { id: 'resilience', title: 'Resilience' },
    { id: 'integrity', title: 'Data integrity' },
  ],
  judging: async () => (await import('./judging.ts')).judging as Judging,
};
