import { exitCodes, ShakedownError } from '../../../model/error.ts';
import type { LoadedConfig, Services } from '../../command.ts';
import { showRun } from '../../show-run.ts';
import { parts } from '../validation/parts.ts';
import { runValidation } from '../validation/run.ts';

interface ValidateFlags {
  productionRules?: boolean;
  pageReal?: boolean;
  only?: string[];
  /** ms */
  watchClean?: number;
  rejudge?: string;
  json?: boolean;
}

/** `shakedown validate monitoring`: validates the parts that were asked for, prints the verdict and ends with its exit code. */
export async function validateMonitoring(_: unknown[], flags: ValidateFlags, services: Services): Promise<void> {
  if (flags.rejudge !== undefined) {
    await showRun(await services.runFolder(flags.rejudge), flags, services);
    return;
  }
  const say = (line: string) => services.terminal.err(`${line}\n`);
  const signal = services.interruption(() =>
    say('Ending in order: what was started is ended. Ctrl-C again ends at once.'),
  );
  const proves = flags.productionRules === true;
  const folder = await runValidation({
    loaded: watchedFor(await services.configuration(), flags.watchClean),
    chosen: chosenOf(flags),
    ...{ proves, services, signal, say },
  });
  await showRun(folder, flags, services);
  if (signal.aborted) services.setExitCode(exitCodes.interrupted);
}

/** @param watchMs as the command line has it; absent: as configured */
function watchedFor(loaded: LoadedConfig, watchMs: number | undefined): LoadedConfig {
  if (watchMs === undefined) return loaded;
  const { monitoring } = loaded.config;
  return { ...loaded, config: { ...loaded.config, monitoring: { ...monitoring, clean: { watchS: watchMs / 1000 } } } };
}

const asked = {
  proof: { flag: '--production-rules', why: 'breaks things' },
  'page-real': { flag: '--page-real', why: 'reaches people' },
} as const;

/** Those that were named, or all; what breaks things or reaches people only where it was asked for. @throws ShakedownError VALIDATION_PART for a name that there is not */
function chosenOf({ only, productionRules = false, pageReal = false }: ValidateFlags) {
  const isAsked = { nothing: true, proof: productionRules, 'page-real': pageReal };
  const known = parts.filter(({ needs }) => isAsked[needs]);
  if (only === undefined) return known;
  const unknown = only.find((id) => !known.some((part) => part.id === id));
  if (unknown !== undefined) {
    const needs = parts.find(({ id }) => id === unknown)?.needs;
    const wanted = needs === undefined || needs === 'nothing' ? null : asked[needs];
    const message =
      wanted === null
        ? `There is no part ${unknown}.`
        : `The part ${unknown} ${wanted.why}, so it has to be asked for.`;
    throw new ShakedownError('VALIDATION_PART', message, {
      hint: wanted === null ? `Parts are: ${known.map(({ id }) => id).join(', ')}.` : `Add ${wanted.flag}.`,
    });
  }
  return known.filter(({ id }) => only.includes(id));
}
