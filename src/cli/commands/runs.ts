import type { Services } from '../../domains/command.ts';
import { listRuns, outdated, pruneRuns, type StoredRun } from '../../evidence/prune.ts';
import { readable } from '../../report-kit/text.ts';

interface PruneFlags {
  keep?: number;
  days?: number;
  dryRun?: boolean;
}

const elsewhere =
  'Running elsewhere: in another container or on another machine, which renewed the lock of the run less than a minute ago. If nothing works on it, remove its lock.json.';

/** `shakedown runs list`: newest first. */
export async function list(_: unknown[], flags: { json?: boolean }, services: Services): Promise<void> {
  const { terminal } = services;
  const { config } = await services.configuration();
  const runs = (await listRuns(config.reports.folder, config.baselines.folder)).reverse();
  if (flags.json) {
    terminal.out(`${JSON.stringify(runs, null, 1)}\n`);
    return;
  }
  if (runs.length === 0) terminal.err(`No run in ${config.reports.folder}.\n`);
  for (const run of runs) terminal.out(`${line(run)}\n`);
  if (runs.some(({ heldBy }) => heldBy === 'running elsewhere')) terminal.err(`${elsewhere}\n`);
}

/** `shakedown runs prune`: removes runs past the retention of the configuration, or of the options. */
export async function prune(_: unknown[], flags: PruneFlags, services: Services): Promise<void> {
  const { terminal } = services;
  const { config } = await services.configuration();
  const { folder, keep, keepDays } = config.reports;
  const given = flags.keep !== undefined || flags.days !== undefined;
  const retention = given ? { keep: flags.keep ?? null, keepDays: flags.days ?? null } : { keep, keepDays };
  if (retention.keep === null && retention.keepDays === null) {
    terminal.err('Nothing says what to keep: set reports.keep or reports.keepDays, or give --keep or --days.\n');
    return;
  }
  const now = Date.now();
  const removed = flags.dryRun
    ? outdated(await listRuns(folder, config.baselines.folder), retention, now).map(({ id }) => id)
    : await pruneRuns(folder, config.baselines.folder, retention, now);
  for (const id of removed) terminal.out(`${id}\n`);
  terminal.err(
    `${removed.length} ${removed.length === 1 ? 'run' : 'runs'} ${flags.dryRun ? 'would be ' : ''}removed.\n`,
  );
}

function line({ id, word, version, bytes, heldBy }: StoredRun): string {
  const state = heldBy === 'running' || heldBy === 'running elsewhere' ? 'running' : (word ?? 'no report');
  const held = heldBy === null || heldBy === state ? '' : `  ${heldBy}`;
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  return `${id}  ${state.padEnd(12)}  ${size.padStart(9)}  ${readable(version ?? '')}${held}`.trimEnd();
}
