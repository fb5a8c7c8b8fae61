import type { Rehearsal } from '../rehearsal.ts';

export const flags: Rehearsal = {
  id: 'flags',
  title: 'Feature flag',
  help: 'rehearse a feature flag for a share of the sessions under load, compare its variants, and switch it back',
  load: async () => (await import('./work.ts')).work,
};
