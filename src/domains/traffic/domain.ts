import type { Domain } from '../domain.ts';

export const traffic: Domain = {
  id: 'traffic',
  // How like production the traffic is; the figures for it are measured where it is sent.
  gates: [{ id: 'parity', title: 'Parity' }],
};
