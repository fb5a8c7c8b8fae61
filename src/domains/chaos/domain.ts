import type { Domain, Judging } from '../domain.ts';
import { commands, options } from './commands.ts';

/** Breaks things on purpose, and sees what becomes of the target and of its data. */
export const chaos: Domain = {
  id: 'chaos',
  gates: [
    { id: 'resilience', title: 'Resilience' },
    { id: 'integrity', title: 'Data integrity' },
  ],
  commands,
  options,
  configuration: async () => (await import('./configuration.ts')).configuration,
  judging: async () => (await import('./judging.ts')).judging as Judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
  companions: async () => [
    (await import('./run/ledger.ts')).ledger,
    (await import('./run/experiments.ts')).experiments,
  ],
  live: async () => (await import('./live.ts')).live,
};
