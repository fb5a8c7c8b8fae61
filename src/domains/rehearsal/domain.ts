import type { Domain, Judging } from '../domain.ts';
import { commands } from './commands.ts';
import type {} from './section.ts';

/** Deployments to a staging system, and the moves of a deployment tried out on it under load. */
export const rehearsal: Domain = {
  id: 'rehearsal',
  gates: [{ id: 'rehearsal', title: 'Rehearsal' }],
  commands,
  configuration: async () => (await import('./configuration.ts')).configuration,
  judging: async () => (await import('./judging.ts')).judging as Judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
  live: async () => (await import('./live.ts')).live,
  phases: async () => (await import('./phases.ts')).phases,
};
