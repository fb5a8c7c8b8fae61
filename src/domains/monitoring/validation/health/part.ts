import type { ValidationPart } from '../part.ts';

export const health: ValidationPart = {
  id: 'health',
  title: 'Health checks',
  help: 'make the health checks, each with something wrong as well, and look at the load of databases',
  needs: 'nothing',
  load: async () => (await import('./work.ts')).work,
};
