import type { Domain, Judging } from '../domain.ts';

/** Business scenarios in browsers, alone or beside the load, and what people think of the release. */
export const uat: Domain = {
  id: 'uat',
  gates: [{ id: 'uat', title: 'UAT' }],
  judging: async () => (await import('./judging/judging.ts')).judging as Judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
};
