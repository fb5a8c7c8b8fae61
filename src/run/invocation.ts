import { join } from 'node:path';
import type { ConfigOverrides } from '../config/load.ts';
import { ShakedownError } from '../model/error.ts';
import { findRun } from './folder.ts';
import { foldJournal } from './results/fold.ts';

/** What a run was begun with. */
export interface Invocation {
  folder: string;
  durationMs: number;
  configFile: string | undefined;
  overrides: ConfigOverrides;
  parallelism: number;
}

/**
 * Reads from a run's journal what it was begun with.
 * @param run its folder, or its id under `base`
 * @throws ShakedownError RUN_NOT_FOUND, RUN_JOURNAL
 */
export async function invocationOf(run: string, base: string): Promise<Invocation> {
  const folder = await findRun(base, run);
  const { started } = await foldJournal(join(folder, 'journal.ndjson'));
  if (started.invocation === undefined) {
    throw new ShakedownError('RUN_JOURNAL', `The journal of ${folder} does not say what the run was begun with.`, {
      hint: 'It is of an earlier version: start a new run.',
    });
  }
  return {
    folder,
    durationMs: started.durationMs,
    configFile: started.invocation.configFile ?? undefined,
    overrides: started.invocation.overrides as ConfigOverrides,
    parallelism: started.invocation.parallelism ?? 1,
  };
}
