import type { ValidationPart } from '../part.ts';

export const metrics: ValidationPart = {
  id: 'metrics',
  title: 'Metrics',
  help: 'targets, series that rules use, recording rules, labels and uptime of the Prometheus',
  needs: 'nothing',
  load: async () => (await import('./work.ts')).work,
};
