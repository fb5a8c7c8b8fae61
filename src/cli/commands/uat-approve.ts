import { relative } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { approveLooks } from '../../domains/uat/approve.ts';
import type { CommandContext } from '../program.ts';
import { runFolder } from './report.ts';

interface ApproveFlags {
  scenario?: string[];
  look?: string[];
  config?: string;
}

/** `shakedown uat approve`: the pictures of a run become the approved ones. */
export async function uatApprove(run: string, flags: ApproveFlags, { terminal }: CommandContext): Promise<void> {
  const folder = await runFolder({ ...flags, from: run });
  const cwd = process.cwd();
  const { config } = await loadConfig({ cwd, file: flags.config, replays: false });
  const { written, missing } = approveLooks(folder, config.uat.folder, {
    scenarios: flags.scenario ?? [],
    names: flags.look ?? [],
  });
  for (const path of written) terminal.out(`approved  ${relative(cwd, path)}\n`);
  for (const { file, browser, size } of missing) {
    terminal.err(`not kept by the run, so not approved: ${file} in ${browser}, ${size}\n`);
  }
  if (written.length === 0) terminal.out('Nothing of this run is there to approve.\n');
}
