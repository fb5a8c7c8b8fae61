import type { Rehearsal } from '../rehearsal.ts';

export const configurationChange: Rehearsal = {
  id: 'configuration',
  title: 'Configuration change',
  help: 'rehearse a change of the configuration under load, and back',
  load: async () => (await import('./work.ts')).work,
};
