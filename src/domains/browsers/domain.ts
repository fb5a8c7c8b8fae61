import type { Domain } from '../domain.ts';
import './section.ts';

/** What people wait for in browsers: some visit the target beside the load. */
export const browsers: Domain = {
  id: 'browsers',
  judging: async () => (await import('./judging.ts')).judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
};
