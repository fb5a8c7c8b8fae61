import type { ValidationPart } from '../part.ts';

export const alerts: ValidationPart = {
  id: 'alerts',
  title: 'Alerts, from cause to receiver',
  help: 'make every alert fire and resolve, and see what its receivers get',
  needs: 'proof',
  turn: 'beside',
  load: async () => (await import('./work.ts')).work,
};
