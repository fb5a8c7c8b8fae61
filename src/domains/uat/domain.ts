import type { Terminal } from '../../report-kit/terminal/terminal.ts';
import type { Domain, Judging } from '../domain.ts';
import { commands, options } from './commands.ts';

/** Business scenarios in browsers, alone or beside the load, and what people think of the release. */
export const uat: Domain = {
  id: 'uat',
  gates: [{ id: 'uat', title: 'UAT' }],
  commands,
  options,
  judging: async () => (await import('./judging/judging.ts')).judging as Judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
  companions: async () => (await import('./beside-load/companions.ts')).companions,
};

/** For `shakedown report`: shows a run of `uat run`. @returns false where the run is none */
export async function showUatRun(folder: string, json: boolean, terminal: Terminal): Promise<boolean> {
  const { isUatRun } = await import('./run/results.ts');
  if (!isUatRun(folder)) return false;
  await (await import('./commands/run.ts')).showUat(folder, json, terminal);
  return true;
}
