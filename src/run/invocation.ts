import { join } from 'node:path';
import type { Overrides } from '../domains/command.ts';
import { ShakedownError } from '../model/error.ts';
import { readJournal } from './results/events.ts';

/** What a run was begun with. */
export interface Invocation {
  /** Of the run. */
  folder: string;
  durationMs: number;
  configFile: string | null;
  overrides: Overrides;
  parallelism: number;
  /** What `--chaos` named; undefined: there was none. */
  chaos: readonly string[] | undefined;
  /** What `--uat` named; undefined: there was none. */
  uat: readonly string[] | undefined;
}

/**
 * Reads from the beginning of a run's journal what it was begun with; the rest, of a day perhaps, is not read.
 * @throws ShakedownError RUN_NOT_FOUND, RUN_JOURNAL
 */
export async function invocationOf(folder: string): Promise<Invocation> {
  for await (const event of readJournal(join(folder, 'journal.ndjson'), () => {})) {
    if (event.type !== 'shakedown.run.started') continue;
    const { durationMs, invocation } = event.data;
    if (invocation === undefined) break;
    return {
      folder,
      durationMs,
      configFile: invocation.configFile,
      overrides: invocation.overrides as Overrides,
      parallelism: invocation.parallelism ?? 1,
      chaos: invocation.chaos,
      uat: invocation.uat,
    };
  }
  throw new ShakedownError('RUN_JOURNAL', `The journal of ${folder} does not say what the run was begun with.`, {
    hint: 'It was cut off before it began, or is of an earlier version: start a new run.',
  });
}
