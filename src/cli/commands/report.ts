import type { Services } from '../../domains/command.ts';
import { exitCodeOf } from '../../model/verdict.ts';
import { resultsJson } from '../services.ts';

interface ReportFlags {
  from: string;
  json?: boolean;
}

/** `shakedown report --from <run>`: renders a run again, complete or cut short, from what it left; exits as the run did: 0, 1 or 3. */
export async function report(_: unknown[], flags: ReportFlags, services: Services): Promise<void> {
  const outcome = await services.render(await services.runFolder(flags.from));
  for (const line of outcome.warnings) services.terminal.err(`${line}\n`);
  if (flags.json) services.terminal.out(resultsJson(outcome.results, outcome.acceptance));
  else await services.show(outcome, false);
  services.setExitCode(exitCodeOf[outcome.results.verdict]);
}
