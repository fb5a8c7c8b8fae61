import type { ValidationPart } from '../part.ts';

export const dashboards: ValidationPart = {
  id: 'dashboards',
  title: 'Dashboards',
  help: 'ask every query of every panel, and explain those that are empty',
  needs: 'nothing',
  load: async () => (await import('./work.ts')).work,
};
