import type { Terminal } from '../../report-kit/terminal/terminal.ts';
import type { Domain } from '../domain.ts';
import { commands, options } from './commands.ts';

export const uat: Domain = {
  id: 'uat',
  commands,
  options,
  configuration: async () => (await import('./configuration.ts')).configuration,
  companions: async () => (await import('./beside-load/companions.ts')).companions,
  reporting: async () => (await import('./reporting.ts')).reporting,
  live: async () => (await import('./beside-load/live.ts')).live,
};

/** For `shakedown report`: shows a run of `uat run`. @returns false where the run is none */
export async function showUatRun(folder: string, json: boolean, terminal: Terminal): Promise<boolean> {
  const { isUatRun } = await import('./run/results.ts');
  if (!isUatRun(folder)) return false;
  await (await import('./commands/run.ts')).showUat(folder, json, terminal);
  return true;
}
