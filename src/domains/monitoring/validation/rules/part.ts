import type { ValidationPart } from '../part.ts';

export const rules: ValidationPart = {
  id: 'rules',
  title: 'Rules',
  help: 'check alerting and recording rules by their text, by promtool, and against the Prometheus that runs',
  needs: 'nothing',
  load: async () => (await import('./work.ts')).work,
};
