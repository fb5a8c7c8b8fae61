import type { Rehearsal } from '../rehearsal.ts';

export const canary: Rehearsal = {
  id: 'canary',
  title: 'Canary release',
  help: 'rehearse a release in steps, each compared with the current version at the same time',
  takesWord: true,
  load: async () => (await import('./work.ts')).work,
};
