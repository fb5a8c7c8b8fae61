import type { ValidationPart } from '../part.ts';

export const clean: ValidationPart = {
  id: 'clean',
  title: 'No alert without a cause',
  help: 'watch the system under load while nothing is wrong, and name each alert that fires and each message that comes twice',
  needs: 'proof',
  load: async () => (await import('./work.ts')).work,
};
