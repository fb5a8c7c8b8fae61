import type { Domain } from '../domain.ts';
import { commands, options } from './commands.ts';

export const chaos: Domain = {
  id: 'chaos',
  gates: [
    { id: 'resilience', title: 'Resilience' },
    { id: 'integrity', title: 'Data integrity' },
  ],
  commands,
  options,
  configuration: async () => (await import('./configuration.ts')).configuration,
  companions: async () => [
    (await import('./run/ledger.ts')).ledger,
    (await import('./run/experiments.ts')).experiments,
  ],
  reporting: async () => (await import('./reporting.ts')).reporting,
  live: async () => (await import('./live.ts')).live,
};
