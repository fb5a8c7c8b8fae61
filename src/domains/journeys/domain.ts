import type { Domain } from '../domain.ts';
import type {} from './section.ts';

/** What a release does to the business: the ways through the system that sessions of the recording took, and how far the candidate lets them come. */
export const journeys: Domain = {
  id: 'journeys',
  companions: async () => [(await import('./companion.ts')).recordedJourneys],
  configuration: async () => (await import('./configuration.ts')).configuration,
  judging: async () => (await import('./judging.ts')).judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
};
