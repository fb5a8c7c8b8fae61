import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RehearsalContext } from '../rehearsal.ts';
import { baseBackup } from './clusters/base-backup.ts';
import { Cluster, type Room } from './clusters/cluster.ts';
import { copyData } from './clusters/copy.ts';
import { archiveIn } from './clusters/room.ts';
import type { Evidence, Of } from './evidence.ts';
import { verified } from './verify.ts';
import { createTable, idsOn, table, Writer } from './writer.ts';

type Context = RehearsalContext<Evidence>;

const archiveMs = 60_000;
const lookEveryMs = 50;
const beforeMs = 1000;

/** Takes a backup under load, checks it, and restores it to a moment: twice, as WAL from after a restore or a failover is on a timeline of its own. */
export async function restore(context: Context, room: Room): Promise<void> {
  const { config, now, record, mark, phase, signal } = context;
  const perSecond = config.rehearsal.recovery.writesPerSecond;
  const archive = await archiveIn(room);
  const archiving = { archive_mode: 'on', archive_command: archive.archive };
  const primary = await Cluster.initialised(room, 'backup-primary');
  const restored = await Cluster.empty(room, 'restored');
  const again = await Cluster.empty(room, 'restored-again');
  const writer = new Writer([primary], { perSecond, now });
  context.teardown.before('end the clusters of the restore', async () => {
    await writer.stop();
    await primary.remove();
    await restored.remove();
    await again.remove();
  });
  phase('backup and point in time: a base backup under load');
  await primary.start(archiving);
  await createTable(primary);
  writer.start();
  await sleep(beforeMs, undefined, { signal });
  const base = join(room.folder, 'base');
  const [startMs, already] = [now(), writer.acknowledged(primary).length];
  const made = await baseBackup(primary, base, true);
  const writes = writer.acknowledged(primary).length - already;
  record({ kind: 'backup', ...made, tookMs: now() - startMs, writes });
  mark({ text: 'backup: taken under load', kind: 'info' });
  await verified(context, room, base);

  const round = { archive, base, target: restored, cluster: primary, writer };
  const first = await restoredTo(context, { ...round, of: 'mistake', kept: [], onTarget: archiving });
  if (first.error !== null || first.missing > 0) return;
  phase('backup and point in time: once more, from the same backup, after the restore began a new timeline');
  const firstId = Math.max(...writer.writes.map(({ id }) => id)) + 1;
  const next = new Writer([restored], { perSecond, now, firstId });
  context.teardown.before('end its writes', () => next.stop());
  next.start();
  const later = { ...round, target: again, cluster: restored, writer: next };
  await restoredTo(context, { ...later, of: 'new timeline', kept: first.ids, onTarget: {} });
}

interface Round {
  of: Of<'restored'>['of'];
  archive: Awaited<ReturnType<typeof archiveIn>>;
  base: string;
  /** That is lost, and that is restored. */
  cluster: Cluster;
  target: Cluster;
  writer: Writer;
  /** Ids that were there before. */
  kept: readonly number[];
  /** Settings of what is restored. */
  onTarget: Readonly<Record<string, string>>;
}

/** Deletes rows as by mistake, loses the server, and restores the moment before the mistake. @returns what was found, and the ids that were to be there */
async function restoredTo(context: Context, round: Round): Promise<Of<'restored'> & { ids: number[] }> {
  const { now, record, mark, phase, signal } = context;
  const { of, archive, base, cluster, target, writer, kept, onTarget } = round;
  await sleep(beforeMs, undefined, { signal });
  const ids = [...kept, ...writer.acknowledged(cluster).map(({ id }) => id)];
  const [moment] = await cluster.query<{ at: string }>('SELECT clock_timestamp()::text AS at');
  const momentMs = now();
  await sleep(beforeMs, undefined, { signal });
  const { length: deleted } = await cluster.query(`DELETE FROM ${table} WHERE id = ANY($1) RETURNING id`, [ids]);
  mark({ text: `backup: ${deleted} rows deleted, as by mistake`, kind: 'trouble' });
  await sleep(beforeMs, undefined, { signal });
  await writer.stop();
  const after = writer.acknowledged(cluster).filter(({ sentMs }) => sentMs > momentMs);
  const archiveError = await archived(cluster);
  await cluster.lose();
  mark({ text: 'backup: the server is lost', kind: 'trouble' });
  phase('backup and point in time: restored to the moment before the mistake');
  const found: Of<'restored'> = {
    ...{ kind: 'restored', of, archived: await walIn(archive.folder), copyMs: 0, replayMs: 0, timeline: 0 },
    ...{ before: ids.length, missing: ids.length, after: after.length, extra: 0, error: archiveError },
  };
  try {
    const copyStart = now();
    await copyData(base, target.data, target.room.programs.identity);
    found.copyMs = now() - copyStart;
    const replayStart = now();
    await target.write('recovery.signal', '');
    await target.write(
      'postgresql.auto.conf',
      `restore_command = '${archive.restore}'\nrecovery_target_time = '${moment?.at}'\nrecovery_target_action = 'promote'\n`,
    );
    await target.start(onTarget);
    while ((await target.query<{ recovers: boolean }>('SELECT pg_is_in_recovery() AS recovers'))[0]?.recovers) {
      signal.throwIfAborted();
      if (now() - replayStart > archiveMs) throw new Error('it does not come out of recovery');
      await sleep(lookEveryMs);
    }
    found.replayMs = now() - replayStart;
    const [at] = await target.query<{ timeline: number }>(
      "SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int AS timeline",
    );
    found.timeline = at?.timeline ?? 0;
    const there = await idsOn(target);
    found.missing = ids.filter((id) => !there.has(id)).length;
    found.extra = after.filter(({ id }) => there.has(id)).length;
    mark({ text: `backup: restored, on timeline ${found.timeline} now`, kind: 'move' });
  } catch (error) {
    found.error ??= target.isRunning ? (error as Error).message : target.lastWords();
    mark({ text: `backup: not restored: ${found.error}`, kind: 'trouble' });
  }
  record(found);
  return { ...found, ids };
}

/** Waits until all WAL so far is archived. @returns why it is not; null: it is */
async function archived(primary: Cluster): Promise<string | null> {
  const [current] = await primary.query<{ file: string }>('SELECT pg_walfile_name(pg_switch_wal()) AS file');
  const untilMs = performance.now() + archiveMs;
  while (performance.now() < untilMs) {
    const [row] = await primary.query<{ last: string | null }>(
      'SELECT last_archived_wal AS last FROM pg_stat_archiver',
    );
    if (row?.last != null && current !== undefined && row.last >= current.file) return null;
    await sleep(lookEveryMs);
  }
  return 'its WAL was not archived in time';
}

async function walIn(folder: string): Promise<number> {
  return (await readdir(folder)).filter((name) => /^[0-9A-F]{24}$/.test(name)).length;
}
