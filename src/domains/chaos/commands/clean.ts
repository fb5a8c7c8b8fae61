import { userInfo } from 'node:os';
import { exitCodes } from '../../../model/error.ts';
import { readable } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import { endLeft, type Left, leftBehind, stillThere } from '../guard/left.ts';
import { leftRegistry, listRegistry } from '../guard/places.ts';
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

/** Processes and folders. */
interface Ended extends Left {
  /** What of it was there. */
  there: string[];
  /** Why it still is; null: it is not, or nothing was tried. */
  error: string | null;
}

/**
 * `shakedown chaos clean`: undoes what runs have left that were ended with their guards, as by a power cut, ends the processes that actions of a
 * killed run started, and removes its temporary folders. It does so for all ended runs of this user on this machine, of whichever project. What a living
 * run has on its list, one in another container, or one of another user is left alone, also by root. Ends with 1 when something could not be undone.
 */
export async function chaosClean(
  _: unknown[],
  flags: ChaosCleanFlags,
  { terminal, setExitCode }: Services,
): Promise<void> {
  const { found, refused } = await leftovers(listRegistry());
  const cleaned: Cleaned[] = [];
  const isTouched = ({ state }: Pick<Left, 'state'>) =>
    flags.dryRun !== true && (state === 'gone' || state === 'rebooted');
  for (const left of found) {
    const touch = isTouched(left);
    cleaned.push({ ...left, outcomes: touch ? await cleanLeftover(left) : [] });
  }
  // After the lists, as these may be in folders.
  const rest = await leftBehind(leftRegistry());
  refused.push(...rest.refused);
  const ended: Ended[] = [];
  for (const left of rest.found) {
    const there = stillThere(left);
    ended.push({ ...left, there, error: isTouched(left) ? await endLeft(left) : null });
  }
  const failed = [...cleaned.flatMap(({ outcomes }) => outcomes), ...ended].filter(({ error }) => error !== null);
  if (failed.length > 0 || refused.length > 0) setExitCode(exitCodes.notReady);
  if (flags.json) {
    terminal.out(`${JSON.stringify({ lists: cleaned, left: ended, refused }, null, 1)}\n`);
    return;
  }
  const dryRun = flags.dryRun === true;
  const lines = [
    ...cleaned.flatMap((one) => linesOf(one, dryRun)),
    ...ended.flatMap((one) => linesOfLeft(one, dryRun)),
  ];
  for (const line of [...lines, ...refused.map((why) => `not read: ${why}`)]) terminal.out(`${readable(line)}\n`);
  if (lines.length === 0) terminal.out('Nothing is left behind.\n');
  if (dryRun) terminal.out(`${readable(scope())}\n`);
}

/** Whose it is that was looked at. */
function scope(): string {
  return `Looked at: all runs of ${userName()} on this machine, of every project, as ${listRegistry()} has them. Those that still run and other users’ are left alone.`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container a user may have no name.
    return `user ${process.getuid?.()}`;
  }
}

function linesOf({ list, startedAt, state, host, titles, refused, outcomes }: Cleaned, dryRun: boolean): string[] {
  const about = `${list}, of ${startedAt}${state === 'rebooted' ? ', before the machine was restarted' : ''}`;
  if (state === 'alive') return [`in use by a run: ${about}`];
  if (state === 'elsewhere') return [`of ${elsewhere(host)}: ${about}`];
  if (dryRun) {
    const what = [...titles.map((title) => `  would ${title}`), ...refused.map((why) => `  would not read ${why}`)];
    return [`left by a run: ${about}`, ...(what.length === 0 ? ['  nothing to undo'] : what)];
  }
  const lines = outcomes.map(({ title, error, noticed }) =>
    error === null ? `  did: ${title}${noticed === undefined ? '' : ` (${noticed})`}` : `  failed: ${title}: ${error}`,
  );
  return [`left by a run: ${about}`, ...(lines.length === 0 ? ['  nothing to undo'] : lines)];
}

function linesOfLeft({ title, startedAt, state, host, there, error }: Ended, dryRun: boolean): string[] {
  if (state === 'alive') return [];
  if (state === 'elsewhere') return [`of ${elsewhere(host)}: ${title}, of ${startedAt}`];
  if (error !== null) return [`left by a run, and still there: ${error}`];
  return there.map((one) => `${dryRun ? 'left by a run' : 'ended'}: ${one}`);
}

function elsewhere(host: string): string {
  return `another container or machine (${host}), where alone it can be cleaned`;
}
