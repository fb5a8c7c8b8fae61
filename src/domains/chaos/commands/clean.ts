import { join } from 'node:path';
import { cacheFolder } from '../../../environment/paths.ts';
import { exitCodes } from '../../../model/error.ts';
import { readable } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import { cleanLeftover, type Leftover, leftovers } from '../guard/registry.ts';
import type { UndoOutcome } from '../guard/run-left.ts';

/** Options of `shakedown chaos clean`, parsed. */
interface ChaosCleanFlags {
  dryRun?: boolean;
  json?: boolean;
}

interface Cleaned extends Leftover {
  /** Empty where nothing was tried. */
  outcomes: UndoOutcome[];
}

/**
 * `shakedown chaos clean`: undoes what runs have left that were ended with their guards, as by a power cut. What a living run has on
 * its list is left alone. Ends with 1 when something could not be undone.
 */
export async function chaosClean(
  _: unknown[],
  flags: ChaosCleanFlags,
  { terminal, setExitCode }: Services,
): Promise<void> {
  const { found, refused } = await leftovers(join(cacheFolder(), 'chaos'));
  const cleaned: Cleaned[] = [];
  for (const left of found) {
    const touch = !left.alive && flags.dryRun !== true;
    cleaned.push({ ...left, outcomes: touch ? await cleanLeftover(left) : [] });
  }
  const failed = cleaned.flatMap(({ outcomes }) => outcomes).filter(({ error }) => error !== null);
  if (failed.length > 0 || refused.length > 0) setExitCode(exitCodes.notReady);
  if (flags.json) {
    terminal.out(`${JSON.stringify({ lists: cleaned, refused }, null, 1)}\n`);
    return;
  }
  const lines = cleaned.flatMap((one) => linesOf(one, flags.dryRun === true));
  for (const line of [...lines, ...refused.map((why) => `not read: ${why}`)]) terminal.out(`${readable(line)}\n`);
  if (lines.length === 0) terminal.out('Nothing is left behind.\n');
}

function linesOf({ list, startedAt, alive, otherBoot, titles, refused, outcomes }: Cleaned, dryRun: boolean): string[] {
  const about = `${list}, of ${startedAt}${otherBoot ? ', before the machine was restarted' : ''}`;
  if (alive) return [`in use by a run: ${about}`];
  if (dryRun) {
    const what = [...titles.map((title) => `  would ${title}`), ...refused.map((why) => `  would not read ${why}`)];
    return [`left by a run: ${about}`, ...(what.length === 0 ? ['  nothing to undo'] : what)];
  }
  const lines = outcomes.map(({ title, error, noticed }) =>
    error === null ? `  did: ${title}${noticed === undefined ? '' : ` (${noticed})`}` : `  failed: ${title}: ${error}`,
  );
  return [`left by a run: ${about}`, ...(lines.length === 0 ? ['  nothing to undo'] : lines)];
}
