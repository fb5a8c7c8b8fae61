import { relative } from 'node:path';
import type { Services } from '../../command.ts';
import { approveLooks } from '../approve.ts';

interface ApproveFlags {
  scenario?: string[];
  look?: string[];
}

/** `shakedown uat approve`: the pictures of a run become the approved ones. */
export async function uatApprove([run]: [string], flags: ApproveFlags, services: Services): Promise<void> {
  const { terminal, cwd } = services;
  const folder = await services.runFolder(run);
  const { config } = await services.configuration();
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
