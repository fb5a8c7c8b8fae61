import { join } from 'node:path';
import type { Overrides } from '../../domains/command.ts';
import { ShakedownError } from '../../model/error.ts';
import { readEvents } from '../results/fold.ts';

/** What a run was begun with. */
export interface Invocation {
  /** Of the run. */
  folder: string;
  durationMs: number;
  configFile: string | null;
  overrides: Overrides;
  parallelism: number;
  /** Of what runs beside the load, by their names in code: `chaos`, `uat`. */
  companionOptions: Readonly<Record<string, unknown>>;
}

/**
 * Reads from the beginning of a run's journal what it was begun with; the rest, of a day perhaps, is not read.
 * @throws ShakedownError RUN_NOT_FOUND, RUN_JOURNAL
 */
export async function invocationOf(folder: string): Promise<Invocation> {
  for await (const event of readEvents(join(folder, 'journal.ndjson'), () => {})) {
    if (event.type !== 'shakedown.run.started') continue;
    const { durationMs, invocation } = event.data;
    if (invocation === undefined) break;
    return {
      folder,
      durationMs,
      configFile: invocation.configFile,
      overrides: invocation.overrides as Overrides,
      parallelism: invocation.parallelism ?? 1,
      companionOptions: { ...ofEarlierVersion(invocation), ...invocation.options },
    };
  }
  throw new ShakedownError('RUN_JOURNAL', `The journal of ${folder} does not say which options the run began with.`, {
    hint: 'It was cut off before it began, or is of an earlier version: start a new run.',
  });
}

function ofEarlierVersion({ chaos, uat }: { chaos?: readonly string[]; uat?: readonly string[] }) {
  return { ...(chaos === undefined ? {} : { chaos }), ...(uat === undefined ? {} : { uat }) };
}
