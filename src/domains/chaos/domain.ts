import type { Domain } from '../domain.ts';

export const chaos: Domain = { id: 'chaos' };
