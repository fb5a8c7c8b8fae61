import type { Domain } from '../domain.ts';

export const traffic: Domain = { id: 'traffic' };
