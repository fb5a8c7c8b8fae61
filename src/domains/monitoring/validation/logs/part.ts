import type { ValidationPart } from '../part.ts';

export const logs: ValidationPart = {
  id: 'logs',
  title: 'Logs',
  help: 'find log lines where they are kept, count them, and read what is in them',
  needs: 'nothing',
  load: async () => (await import('./work.ts')).work,
};
