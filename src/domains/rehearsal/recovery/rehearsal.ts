import type { Rehearsal } from '../rehearsal.ts';

export const disasterRecovery: Rehearsal = {
  id: 'disaster-recovery',
  title: 'Disaster recovery',
  help: 'rehearse the loss of a PostgreSQL primary, and a restore to a point in time, on clusters of its own',
  load: async () => (await import('./work.ts')).work,
};
