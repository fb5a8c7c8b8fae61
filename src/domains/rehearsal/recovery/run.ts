import { join } from 'node:path';
import { withTeardown } from '../../../evidence/teardown.ts';
import { ShakedownError } from '../../../model/error.ts';
import { openRoom } from './clusters/room.ts';
import { type Context, failover } from './failover.ts';
import { restore } from './restore.ts';
import { switchover } from './switchover.ts';

/** Loses a primary with asynchronous and with synchronous replication, exchanges primary and standby by plan, then restores a backup to a moment. */
export async function run(context: Context): Promise<void> {
  const { config, record, folder } = context;
  const asked = config.rehearsal.recovery;
  if (!asked.isDescribed) {
    throw new ShakedownError(
      'RECOVERY_NOT_DESCRIBED',
      'The configuration does not say which PostgreSQL is to recover.',
      {
        hint: 'Write rehearsal.recovery.binFolder or rehearsal.recovery.settings, as production has them. Production itself is not touched.',
      },
    );
  }
  await withTeardown(async (teardown) => {
    const room = await openRoom(asked, join(folder, 'logs'), teardown);
    const { version, from, basebackup, rewind, verifybackup } = room.programs;
    record({
      ...{ kind: 'programs', version: `PostgreSQL ${version}`, from, basebackup: basebackup?.version ?? null },
      ...{ rewind: rewind?.version ?? null, verifybackup: verifybackup?.version ?? null },
      ...{ firstWriteMs: asked.firstWriteMs, promotionMs: asked.promotionMs, lostMs: asked.lostMs, lagMs: asked.lagMs },
      writesPerSecond: asked.writesPerSecond,
    });
    // Clusters of a part that is over take no time from the next one.
    for (const mode of ['asynchronous', 'held-up', 'synchronous'] as const) {
      await withTeardown((own) => failover({ ...context, teardown: own }, room, mode));
    }
    await withTeardown((own) => switchover({ ...context, teardown: own }, room));
    await withTeardown((own) => restore({ ...context, teardown: own }, room));
  });
}
