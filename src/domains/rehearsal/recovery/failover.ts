import { setTimeout as sleep } from 'node:timers/promises';
import type { RehearsalContext } from '../rehearsal.ts';
import { baseBackup } from './clusters/base-backup.ts';
import { Cluster, type Room } from './clusters/cluster.ts';
import type { Evidence, Mode, Of } from './evidence.ts';
import { fenced, rejoined } from './old-primary.ts';
import { keepsUp, lookAtStandby } from './streaming.ts';
import { createTable, idsOn, Writer } from './writer.ts';

export type Context = RehearsalContext<Evidence>;

const lookEveryMs = 20;
const lookAgainMs = 50;
const holdMs = 400;

/** Loses a primary that a standby follows, promotes the standby, and follows every write. */
export async function failover(context: Context, room: Room, mode: Mode): Promise<void> {
  const { config, now, record, mark, phase, signal } = context;
  const shown = mode === 'held-up' ? 'asynchronous, held up' : mode;
  const asked = config.rehearsal.recovery;
  const primary = await Cluster.initialised(room, `${mode}-primary`);
  const standby = await Cluster.empty(room, `${mode}-standby`);
  let lossMs: number | null = null;
  let detectedMs: number | null = null;
  const writer = new Writer([primary, standby], {
    ...{ perSecond: asked.writesPerSecond, now },
    onTrouble() {
      if (lossMs !== null) detectedMs ??= now();
    },
  });
  context.teardown.before(`end the clusters of the ${mode} part`, async () => {
    await writer.stop();
    await primary.remove();
    await standby.remove();
  });
  phase(`${shown}: a primary and a standby`);
  await primary.start(mode === 'synchronous' ? { synchronous_commit: 'on' } : {});
  await createTable(primary);
  await baseBackup(primary, standby.data, false);
  await standby.startAsStandby(primary, asked.streamingMs);
  const ready = await readied(context, { mode, primary, standby, writer });
  record(ready);
  if (!ready.isReady) {
    mark({ text: `${shown}: the standby does not keep up, so the primary is not lost`, kind: 'trouble' });
    return;
  }
  record(await durability(primary, mode));
  const heldUpMs = mode === 'held-up' ? await heldUp(context, primary) : 0;
  phase(`${shown}: the primary is lost`);
  const processes = await primary.lose(() => {
    lossMs = now();
  });
  mark({ text: `${shown}: the primary is lost (${processes} processes killed at once)`, kind: 'trouble' });
  const lostAtMs = lossMs ?? now();
  const untilMs = lostAtMs + asked.promotionMs;
  const waited = async (isThere: () => boolean | Promise<boolean>) => {
    while (now() < untilMs) {
      if (await isThere()) return true;
      signal.throwIfAborted();
      await sleep(lookEveryMs);
    }
    return false;
  };
  await waited(() => detectedMs !== null);
  // Whoever starts it now finds a standby: first the fence, then the promotion.
  await primary.follow(standby);
  const error = await promoted(standby);
  const isPromoted = error === null && (await waited(() => isPrimary(standby)));
  const seenMs = now() - lostAtMs;
  if (isPromoted) mark({ text: `${shown}: the standby is promoted`, kind: 'move' });
  const isWritten = isPromoted && (await waited(() => writer.acknowledged(standby).length > 0));
  const words = isWritten ? 'writes are acknowledged again' : 'no write is acknowledged';
  mark({ text: `${shown}: ${words}`, kind: isWritten ? 'move' : 'trouble' });
  if (isWritten) await sleep(asked.observeMs, undefined, { signal });
  await writer.stop();
  const first = Math.min(...writer.acknowledged(standby).map(({ acknowledgedMs }) => acknowledgedMs));
  const firstWriteMs = Number.isFinite(first) ? first - lostAtMs : null;
  // A client may have seen it before we did.
  const promotedMs = isPromoted ? Math.min(seenMs, firstWriteMs ?? seenMs) : null;
  const detected = detectedMs === null ? null : Math.max(0, detectedMs - lostAtMs);
  record({
    ...{ kind: 'failover', mode, heldUpMs, processes, detectedMs: detected, promotedMs, firstWriteMs, error },
    ...(await ledger({ writer, primary, standby, lostAtMs })),
  });
  if (firstWriteMs === null || mode === 'held-up') return;
  phase(`${shown}: the old primary`);
  await fenced(context, { mode, old: primary });
  await rejoined(context, { mode, old: primary, primary: standby });
}

interface Pair {
  mode: Mode;
  primary: Cluster;
  standby: Cluster;
  writer: Writer;
}

/** Waits until the standby streams, lets commits wait for it where that is rehearsed, and looks at it under load. */
async function readied(context: Context, { mode, primary, standby, writer }: Pair): Promise<Of<'streaming'>> {
  const { config, now, signal } = context;
  const { streamingMs, settleMs, lagMs } = config.rehearsal.recovery;
  const seen = async (isEnough: (look: Of<'streaming'>) => boolean) => {
    const untilMs = now() + streamingMs;
    for (;;) {
      const look = await lookAtStandby({ mode, primary, standby, lagMs });
      if (isEnough(look) || now() > untilMs) return look;
      await sleep(lookAgainMs, undefined, { signal });
    }
  };
  const first = await seen(({ state }) => state === 'streaming');
  if (first.state !== 'streaming') return first;
  if (mode === 'synchronous') {
    await primary.query("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
    await primary.query('SELECT pg_reload_conf()');
    const look = await seen(({ syncState }) => syncState === 'sync');
    if (look.syncState !== 'sync') return look;
  }
  writer.start();
  await sleep(settleMs, undefined, { signal });
  return seen((look) => keepsUp(look, lagMs));
}

/** Stops what sends WAL to the standby, as a network does that hangs; what is acknowledged from now on is only here. @returns how long that was, ms */
async function heldUp({ now, signal }: Context, primary: Cluster): Promise<number> {
  const [sender] = await primary.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_replication WHERE application_name = 'standby'",
  );
  if (sender === undefined) return 0;
  process.kill(sender.pid, 'SIGSTOP');
  const startMs = now();
  await sleep(holdMs, undefined, { signal });
  return now() - startMs;
}

async function durability(primary: Cluster, mode: Mode): Promise<Evidence> {
  const [found] = await primary.query<Omit<Of<'durable'>, 'kind' | 'cluster'>>(
    `SELECT current_setting('fsync') AS "fsync", current_setting('full_page_writes') AS "fullPageWrites",
       current_setting('synchronous_commit') AS "synchronousCommit", current_setting('synchronous_standby_names') AS "synchronousStandbyNames"`,
  );
  const unknown = { fsync: '', fullPageWrites: '', synchronousCommit: '', synchronousStandbyNames: '' };
  return { kind: 'durable', cluster: mode, ...(found ?? unknown) };
}

async function promoted(standby: Cluster): Promise<string | null> {
  try {
    await standby.query('SELECT pg_promote(false)');
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

async function isPrimary(cluster: Cluster): Promise<boolean> {
  try {
    const [found] = await cluster.query<{ recovers: boolean }>('SELECT pg_is_in_recovery() AS recovers');
    return found?.recovers === false;
  } catch {
    return false;
  }
}

/** What became of each write. */
async function ledger(of: { writer: Writer; primary: Cluster; standby: Cluster; lostAtMs: number }) {
  const { writer, primary, standby, lostAtMs } = of;
  const there = await idsOn(standby).catch(() => null);
  const before = writer.acknowledged(primary);
  const after = writer.acknowledged(standby);
  const lost = there === null ? null : before.filter(({ id }) => !there.has(id));
  const unknown = writer.writes.filter(({ outcome }) => outcome === 'unknown' || outcome === 'under way');
  const firstMs = Math.min(...before.map(({ acknowledgedMs }) => acknowledgedMs), lostAtMs);
  const oldestMs = Math.min(...(lost ?? []).map(({ acknowledgedMs }) => acknowledgedMs), lostAtMs);
  return {
    acknowledged: before.length,
    perSecond: (1000 * before.length) / Math.max(1, lostAtMs - firstMs),
    lost: lost?.length ?? null,
    lostSpanMs: lostAtMs - oldestMs,
    unknown: unknown.length,
    unknownThere: unknown.filter(({ id }) => there?.has(id)).length,
    acknowledgedAfter: after.length,
    lostAfter: after.filter(({ id }) => there !== null && !there.has(id)).length,
  };
}
