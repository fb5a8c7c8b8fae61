import { setTimeout as sleep } from 'node:timers/promises';
import { baseBackup } from './clusters/base-backup.ts';
import { Bouncer, findPgBouncer } from './clusters/bouncer.ts';
import { Cluster, type Room } from './clusters/cluster.ts';
import type { Of } from './evidence.ts';
import type { Context } from './failover.ts';
import { createTable, idsOn, Writer } from './writer.ts';

const caughtUpMs = 5000;
const lookEveryMs = 5;
const settleMs = 1500;

/** Exchanges primary and standby by plan: PgBouncer holds the clients back meanwhile. */
export async function switchover(context: Context, room: Room): Promise<void> {
  const { config, now, record, mark, phase, signal } = context;
  const asked = config.rehearsal.recovery;
  const found: Of<'switchover'> = {
    ...{ kind: 'switchover', version: null, acknowledged: 0, acknowledgedAfter: 0, waiting: 0, failed: 0, lost: 0 },
    ...{ worstMs: 0, pausedMs: 0, rejoinedState: null, error: null },
  };
  const program = await findPgBouncer();
  if (program === null) {
    record(found);
    return;
  }
  found.version = program.version;
  phase('switchover: a primary, a standby and PgBouncer');
  const primary = await Cluster.initialised(room, 'switchover-primary');
  const standby = await Cluster.empty(room, 'switchover-standby');
  context.teardown.before('end the clusters of the switchover', async () => {
    await primary.remove();
    await standby.remove();
  });
  await primary.start();
  await createTable(primary);
  await baseBackup(primary, standby.data, false);
  await standby.startAsStandby(primary, asked.streamingMs);
  const bouncer = await Bouncer.started(program.path, primary);
  context.teardown.before('end PgBouncer', () => bouncer.remove());
  let failed = 0;
  const writer = new Writer([bouncer], { perSecond: asked.writesPerSecond, now, onTrouble: () => failed++ });
  context.teardown.before('end the writes', () => writer.stop());
  writer.start();
  let startMs = now();
  let resumedMs = now();
  try {
    await sleep(settleMs, undefined, { signal });
    // With little left to write, the shutdown is short.
    await primary.query('CHECKPOINT');
    startMs = now();
    await bouncer.command('PAUSE');
    mark({ text: 'switchover: clients are held back', kind: 'info' });
    await caughtUp(primary, standby);
    await primary.stop();
    await standby.query('SELECT pg_promote(true)');
    await bouncer.pointAt(standby);
    await bouncer.command('RESUME');
    resumedMs = now();
    mark({ text: 'switchover: the standby is primary, clients go on', kind: 'move' });
    await sleep(asked.observeMs, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    resumedMs = now();
    found.error = (error as Error).message;
    mark({ text: `switchover: ${found.error}`, kind: 'trouble' });
    // Clients that are held back would wait for ever.
    await bouncer.remove();
  }
  await writer.stop();
  const acknowledged = writer.acknowledged(bouncer);
  found.pausedMs = resumedMs - startMs;
  found.failed = failed;
  found.acknowledged = acknowledged.length;
  found.acknowledgedAfter = acknowledged.filter(({ sentMs }) => sentMs > resumedMs).length;
  found.waiting = acknowledged.filter((each) => each.sentMs < resumedMs && each.acknowledgedMs > resumedMs).length;
  found.worstMs = Math.max(0, ...acknowledged.map((each) => each.acknowledgedMs - each.sentMs));
  if (found.error === null) {
    const there = await idsOn(standby);
    found.lost = acknowledged.filter(({ id }) => !there.has(id)).length;
    found.rejoinedState = await follows(primary, standby, asked.streamingMs);
  }
  record(found);
}

/** Waits until the standby has what the primary has; nobody writes meanwhile. @throws Error where it does not get it in time */
async function caughtUp(primary: Cluster, standby: Cluster): Promise<void> {
  const [at] = await primary.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn');
  const untilMs = performance.now() + caughtUpMs;
  while (performance.now() < untilMs) {
    const [row] = await standby.query<{ has: boolean }>('SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS has', [
      at?.lsn,
    ]);
    if (row?.has === true) return;
    await sleep(lookEveryMs);
  }
  throw new Error('the standby did not catch up');
}

/** The old primary ended in order, so that it needs no rewind. @returns its state as the new primary knows it; null: none */
async function follows(old: Cluster, primary: Cluster, waitMs: number): Promise<string | null> {
  try {
    await old.startAsStandby(primary, waitMs);
    const untilMs = performance.now() + waitMs;
    for (;;) {
      const [row] = await primary.query<{ state: string }>(
        "SELECT state FROM pg_stat_replication WHERE application_name = 'standby'",
      );
      if (row?.state === 'streaming' || performance.now() > untilMs) return row?.state ?? null;
      await sleep(lookEveryMs * 10);
    }
  } catch {
    return null;
  }
}
