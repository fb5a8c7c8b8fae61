import type { Rehearsal } from '../rehearsal.ts';

export const migration: Rehearsal = {
  id: 'migration',
  title: 'Database migration',
  help: 'rehearse a migration of the database under load, forwards and back',
  load: async () => (await import('./work.ts')).work,
};
