import type { Domain } from '../domain.ts';

export const journeys: Domain = {
  id: 'journeys',
  reporting: async () => (await import('./reporting.ts')).reporting,
};
