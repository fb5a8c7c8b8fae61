import type { Domain } from '../domain.ts';

export const journeys: Domain = { id: 'journeys' };
