import type { Domain } from '../domain.ts';

export const uat: Domain = { id: 'uat' };
