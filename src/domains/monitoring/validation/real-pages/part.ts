import type { ValidationPart } from '../part.ts';

export const realPages: ValidationPart = {
  id: 'real-pages',
  title: 'Test pages to real receivers',
  help: 'send one page, marked as a test, to each real receiver (only with --page-real)',
  needs: 'page-real',
  turn: 'beside',
  load: async () => (await import('./work.ts')).work,
};
