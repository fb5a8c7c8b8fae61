import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownProgram } from '../../../../environment/own-files.ts';
import { ownFolder, postgresFolder, postgresIdentity } from '../../../../environment/postgres/setup.ts';
import type { Teardown } from '../../../../evidence/teardown.ts';
import { ShakedownError } from '../../../../model/error.ts';
import { startOutliving } from '../../guard/outliving.ts';
import type { ResolvedRecovery } from '../settings.ts';
import type { Room } from './cluster.ts';
import { findPrograms } from './programs.ts';

/**
 * A temporary folder for the clusters of a rehearsal, and what ends them when this process is killed.
 * @param logs where the servers' logs go @throws ShakedownError POSTGRES_MISSING, GUARD_FAILED
 */
export async function openRoom(
  { binFolder, settings, standbySettings }: Pick<ResolvedRecovery, 'binFolder' | 'settings' | 'standbySettings'>,
  logs: string,
  teardown: Teardown,
): Promise<Room> {
  const identity = postgresIdentity();
  const folder = await postgresFolder('shakedown-recovery-', identity);
  teardown.before('remove the clusters', () =>
    rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }),
  );
  teardown.before('end the keeper of the clusters', await startKeeper(folder));
  const programs = await findPrograms(binFolder, folder, identity);
  await mkdir(logs, { recursive: true });
  // Which standby a commit waits for is what is rehearsed.
  const { synchronous_standby_names: _names, ...rest } = settings;
  const password = randomBytes(12).toString('hex');
  return { folder, logs, programs, password, settings: rest, standbySettings };
}

function startKeeper(folder: string): Promise<() => Promise<void>> {
  return startOutliving(
    ownProgram('./keeper.ts', import.meta.url),
    { SHAKEDOWN_RECOVERY_FOLDER: folder },
    (why) =>
      new ShakedownError('GUARD_FAILED', `The process that ends the clusters cannot be started: ${why}.`, {
        hint: 'No cluster is made without it.',
      }),
  );
}

/** An archive of WAL for a cluster, and the commands that use it. */
export async function archiveIn(room: Room): Promise<{ folder: string; archive: string; restore: string }> {
  const folder = join(room.folder, 'archive');
  await ownFolder(folder, room.programs.identity);
  // A file of the archive is whole or not there.
  const archive = `test ! -f "${folder}/%f" && cp "%p" "${folder}/%f.part" && mv "${folder}/%f.part" "${folder}/%f"`;
  return { folder, archive, restore: `cp "${folder}/%f" "%p"` };
}
