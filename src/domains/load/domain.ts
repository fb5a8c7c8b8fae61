import type { Domain, Judging } from '../domain.ts';
import { options } from './options.ts';

/** Replays recorded traffic and measures how it is answered. */
export const load: Domain = {
  id: 'load',
  gates: [{ id: 'performance', title: 'Performance' }],
  options,
  configuration: async () => (await import('./configuration.ts')).configuration,
  judging: async () => (await import('./judging/judging.ts')).judging as Judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
  live: async () => (await import('./live.ts')).live,
  phases: async () => (await import('./phases.ts')).phases,
};
