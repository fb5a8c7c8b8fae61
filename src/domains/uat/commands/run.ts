import { browserNames, sizeNames } from '../../../model/browser.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import type { Services } from '../../command.ts';
import { showRun } from '../../show-run.ts';
import { mergeShards } from '../run/merge.ts';
import { runUat } from '../run/run.ts';
import type { UatSelection } from '../settings.ts';
import { uatProgress } from './progress.ts';

/** Options of `shakedown uat run`, parsed. */
interface UatFlags {
  scenario?: string[];
  tag?: string[];
  role?: string[];
  browser?: string[];
  size?: string[];
  shard?: { current: number; total: number };
  approve?: boolean;
  json?: boolean;
}

/** `shakedown uat run`: runs the scenarios, a line each, prints the verdict and ends with its exit code. */
export async function uatRun(_: unknown[], flags: UatFlags, services: Services): Promise<void> {
  const { terminal } = services;
  const { config } = await services.configuration();
  const selection: UatSelection = {
    scenarios: flags.scenario ?? [],
    tags: flags.tag ?? [],
    roles: flags.role ?? [],
    browsers: oneOf(flags.browser ?? [], browserNames, '--browser'),
    sizes: oneOf(flags.size ?? [], sizeNames, '--size'),
  };
  const say = (line: string) => terminal.err(`${line}\n`);
  const signal = services.interruption(() =>
    say('Ending in order, with a report of what was run. Ctrl-C again ends at once.'),
  );
  const folder = await runUat({
    config,
    selection,
    shard: flags.shard ?? null,
    approve: flags.approve === true,
    services,
    signal,
    onEvent: uatProgress(terminal, config.uat.retries),
  });
  await showRun(folder, flags, services);
  if (signal.aborted) services.setExitCode(exitCodes.interrupted);
}

/** `shakedown uat merge`: one run of several shards. */
export async function uatMerge([runs]: [string[]], flags: Pick<UatFlags, 'json'>, services: Services): Promise<void> {
  const folders = await Promise.all(runs.map((from) => services.runFolder(from)));
  const { config } = await services.configuration();
  await showRun(await mergeShards(folders, config.reports.folder), flags, services);
}

function oneOf<T extends string>(given: readonly string[], known: readonly T[], option: string): T[] {
  return given.map((each) => {
    const found = known.find((one) => one === each);
    if (found === undefined) throw new ShakedownError('USAGE', `${option} ${each}: there are ${known.join(', ')}.`);
    return found;
  });
}
