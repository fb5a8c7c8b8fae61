import type { Domain, Judging } from '../domain.ts';
import { commands } from './commands.ts';
import type {} from './section.ts';

/** Watches the target beside the load, and proves that its monitoring would tell of trouble. */
export const monitoring: Domain = {
  id: 'monitoring',
  configuration: async () => (await import('./configuration.ts')).configuration,
  gates: [
    { id: 'stability', title: 'Stability' },
    { id: 'monitoring', title: 'Monitoring' },
  ],
  commands,
  judging: async () => (await import('./judging.ts')).judging as Judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
  live: async () => (await import('./live.ts')).live,
  companions: async () => (await import('./companions.ts')).companions,
  phases: async () => (await import('./phases.ts')).phases,
};
