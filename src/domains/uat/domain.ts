import type { Domain, Judging } from '../domain.ts';
import { commands, options } from './commands.ts';

/** Business scenarios in browsers, alone or beside the load, and what people think of the release. */
export const uat: Domain = {
  id: 'uat',
  gates: [{ id: 'uat', title: 'UAT' }],
  commands,
  options,
  configuration: async () => (await import('./configuration.ts')).configuration,
  judging: async () => (await import('./judging/judging.ts')).judging as Judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
  live: async () => (await import('./beside-load/live.ts')).live,
  companions: async () => (await import('./beside-load/companions.ts')).companions,
  phases: async () => (await import('./phases.ts')).phases,
};
