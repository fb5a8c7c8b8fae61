import type { ValidationPart } from '../part.ts';

export const clean: ValidationPart = {
  id: 'clean',
  title: 'Nothing wrong, nothing told',
  help: 'watch the system under load while nothing is wrong, and name each alert that fires and each message that comes twice',
  needs: 'proof',
  load: async () => (await import('./work.ts')).work,
};
