import type { Domain } from '../domain.ts';
import { commands, options } from './commands.ts';

export const chaos: Domain = {
  id: 'chaos',
  commands,
  options,
  configuration: async () => (await import('./configuration.ts')).configuration,
};
