import type { Domain, Judging } from '../domain.ts';

export const monitoring: Domain = {
  id: 'monitoring',
  configuration: async () => (await import('./configuration.ts')).configuration,
  gates: [{ id: 'stability', title: 'Stability' }],
  judging: async () => (await import('./judging.ts')).judging as Judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
  live: async () => (await import('./live.ts')).live,
  companions: async () => (await import('./companions.ts')).companions,
};
