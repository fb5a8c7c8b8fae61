import type { ValidationPart } from '../part.ts';

export const traces: ValidationPart = {
  id: 'traces',
  title: 'Traces',
  help: 'find the traces of requests, from their header to the database',
  needs: 'nothing',
  load: async () => (await import('./work.ts')).work,
};
