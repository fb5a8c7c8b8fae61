import { exitCodes } from '../../../model/error.ts';
import type { Services } from '../../command.ts';
import { showRun } from '../../show-run.ts';
import { rehearsals } from '../rehearsals.ts';
import { runRehearsals } from '../run.ts';

interface RehearseFlags {
  version?: string;
  rejudge?: string;
  json?: boolean;
  /** true: at any free port. */
  dashboard?: number | true;
  [rehearsal: string]: unknown;
}

/** `shakedown rehearse`: does the rehearsals that were asked for, or all, prints the verdict and ends with its exit code. */
export async function rehearse(_: unknown[], flags: RehearseFlags, services: Services): Promise<void> {
  const { terminal } = services;
  if (flags.rejudge !== undefined) {
    await showRun(await services.runFolder(flags.rejudge), flags, services);
    return;
  }
  const asked = rehearsals.filter(({ id }) => flags[camelCase(id)] === true);
  const say = (line: string) => terminal.err(`${line}\n`);
  const signal = services.interruption(() =>
    say('Ending in order: the traffic goes back to where it was. Ctrl-C again ends at once.'),
  );
  const folder = await runRehearsals({
    loaded: await services.configuration({ replays: true }),
    chosen: asked.length === 0 ? rehearsals : asked,
    candidate: flags.version ?? null,
    pagePort: flags.dashboard === undefined ? null : flags.dashboard === true ? 0 : flags.dashboard,
    ...{ services, signal, say },
  });
  await showRun(folder, flags, services);
  if (signal.aborted) services.setExitCode(exitCodes.interrupted);
}

/** As the command line names an option in code. */
function camelCase(id: string): string {
  return id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
