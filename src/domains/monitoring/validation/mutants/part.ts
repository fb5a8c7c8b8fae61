import type { ValidationPart } from '../part.ts';

export const mutants: ValidationPart = {
  id: 'mutants',
  title: 'Mutants',
  help: 'spoil rules and routes in copies, one thing at a time, and see whether a test or an alert notices',
  needs: 'proof',
  turn: 'background',
  load: async () => (await import('./work.ts')).work,
};
