import type { ValidationPart } from '../part.ts';

export const pager: ValidationPart = {
  id: 'pager',
  title: 'Delivery of pages',
  help: 'break what stands between an alert and a person, and see which pages are late or lost',
  needs: 'proof',
  turn: 'beside',
  load: async () => (await import('./work.ts')).work,
};
