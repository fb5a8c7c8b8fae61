import type { Results } from '../model/results.ts';
import { exitCodeOf } from '../model/verdict.ts';
import type { Services } from './command.ts';

/** How a command that made a run ends: judges it, writes its reports, prints the first screen, and sets the verdict's exit code. @param json prints the results as data */
export async function showRun(
  folder: string,
  { json }: { json?: boolean },
  services: Pick<Services, 'render' | 'show' | 'setExitCode'>,
): Promise<Results> {
  const outcome = await services.render(folder);
  await services.show(outcome, json === true);
  services.setExitCode(exitCodeOf[outcome.results.verdict]);
  return outcome.results;
}
