import type { Domain } from '../domain.ts';
import { commands, options } from './commands.ts';

export const traffic: Domain = {
  id: 'traffic',
  commands,
  options,
  configuration: async () => (await import('./configuration.ts')).configuration,
};
