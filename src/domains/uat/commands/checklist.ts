import { resolve } from 'node:path';
import { ShakedownError } from '../../../model/error.ts';
import type { Services } from '../../command.ts';
import { isUatRun } from '../judging/acceptance.ts';
import { addManualResults, blankChecklist, readChecklist } from '../manual/checklist.ts';

/** `shakedown uat checklist`: prints the list of criteria that only a person can judge, or adds one that was filled in to a run. */
export async function uatChecklist([run]: [string], { add }: { add?: string }, services: Services): Promise<void> {
  const folder = await services.runFolder(run);
  if (!isUatRun(folder))
    throw new ShakedownError('UAT_CHECKLIST', `${folder} is no run of \`shakedown uat run\`.`, {
      hint: 'Manual checks are part of the acceptance: name a run of scenarios alone.',
    });
  if (add === undefined) {
    services.terminal.out(blankChecklist());
    return;
  }
  const results = readChecklist(resolve(add));
  addManualResults(folder, results);
  const { index } = await services.render(folder);
  services.terminal.out(`${results.length} ${results.length === 1 ? 'criterion' : 'criteria'} added\n${index}\n`);
}
