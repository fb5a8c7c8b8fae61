import type { Rehearsal } from '../rehearsal.ts';

export const blueGreen: Rehearsal = {
  id: 'blue-green',
  title: 'Blue-green switch',
  help: 'rehearse the switch from the current version to the candidate under load, and back',
  load: async () => (await import('./work.ts')).work,
};
