import type { Domain } from '../domain.ts';
import { commands, options } from './commands.ts';

/** Recordings of production traffic: imported, anonymized, planned. */
export const traffic: Domain = {
  id: 'traffic',
  // How like production the traffic is; the figures for it are measured where it is sent.
  gates: [{ id: 'parity', title: 'Parity' }],
  commands,
  options,
  configuration: async () => (await import('./configuration.ts')).configuration,
};
