import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from '../../../environment/run-program.ts';
import type { RehearsalContext } from '../rehearsal.ts';
import { baseBackup } from './clusters/base-backup.ts';
import { Cluster } from './clusters/cluster.ts';
import { copyData } from './clusters/copy.ts';
import type { Evidence, Mode, Of } from './evidence.ts';
import { idsOn, tryWrites } from './writer.ts';

type Context = RehearsalContext<Evidence>;

/** Ids that the writer does not use. */
const firstId = 1_000_000_000;
const tries = 5;
const rewindMs = 120_000;
const lookEveryMs = 50;
const ids = Array.from({ length: tries }, (_, i) => firstId + i);

/** Starts the old primary again, as a machine does that comes back, and writes to it by its old address. */
export async function fenced({ record, mark }: Context, { mode, old }: { mode: Mode; old: Cluster }): Promise<void> {
  const { room } = old;
  // Synchronous commits would wait for the standby that is gone: without it nothing is accepted anyway.
  if (mode === 'asynchronous') {
    const copy = await Cluster.empty(room, `${mode}-unfenced`);
    try {
      await copyData(old.data, copy.data, room.programs.identity);
      await rm(join(copy.data, 'standby.signal'));
      await copy.write('postgresql.auto.conf', '');
      await copy.start();
      record({ kind: 'fence', mode, on: 'copy', tried: tries, ...(await tryWrites(copy, ids)) });
    } finally {
      await copy.remove();
    }
  }
  await old.start();
  const outcome = await tryWrites(old, ids);
  record({ kind: 'fence', mode, on: 'old primary', tried: tries, ...outcome });
  const isFenced = outcome.accepted === 0;
  const text = `${mode}: the old primary runs again and ${isFenced ? 'refuses writes' : 'takes writes'}`;
  mark({ text, kind: isFenced ? 'info' : 'trouble' });
  await old.stop();
}

/** Makes the old primary a standby of the new one: by pg_rewind where that works, else by a new base backup. */
export async function rejoined(
  context: Context,
  { mode, old, primary }: { mode: Mode; old: Cluster; primary: Cluster },
): Promise<void> {
  const { now, record, mark, config } = context;
  const startMs = now();
  const without = await rewound(old, primary);
  const joined: Of<'rejoined'> = {
    ...{ kind: 'rejoined', mode, by: without === '' ? 'pg_rewind' : 'base backup', without },
    ...{ tookMs: 0, state: null, missing: 0, extra: 0, error: null },
  };
  try {
    if (without !== '') {
      await rm(old.data, { recursive: true, force: true });
      await baseBackup(primary, old.data, false);
    }
    await old.startAsStandby(primary, config.rehearsal.recovery.streamingMs);
    const wanted = await idsOn(primary);
    const untilMs = now() + config.rehearsal.recovery.streamingMs;
    for (;;) {
      const [row] = await primary.query<{ state: string }>(
        "SELECT state FROM pg_stat_replication WHERE application_name = 'standby'",
      );
      joined.state = row?.state ?? null;
      const there = await idsOn(old);
      joined.missing = [...wanted].filter((id) => !there.has(id)).length;
      joined.extra = [...there].filter((id) => !wanted.has(id)).length;
      if ((joined.state === 'streaming' && joined.missing + joined.extra === 0) || now() > untilMs) break;
      await sleep(lookEveryMs);
    }
  } catch (error) {
    joined.error = (error as Error).message;
  }
  joined.tookMs = now() - startMs;
  record(joined);
  const isGood = joined.error === null && joined.state === 'streaming';
  const text = isGood ? `rejoined by ${joined.by}` : 'did not rejoin';
  mark({ text: `${mode}: the old primary ${text}`, kind: isGood ? 'move' : 'trouble' });
}

/** @returns why it was not; empty: it was */
async function rewound(old: Cluster, primary: Cluster): Promise<string> {
  const { rewind, identity } = old.room.programs;
  if (rewind === null) return 'pg_rewind is not here';
  const args = ['--target-pgdata', old.data, '--source-server', primary.conninfo('shakedown')];
  const outcome = await runProgram(rewind.path, args, {
    ...{ timeoutMs: rewindMs, env: rewind.environment, cwd: old.room.folder, identity },
  });
  if (outcome.kind === 'failed') return `pg_rewind: ${outcome.reason}`;
  if (outcome.code === 0) return '';
  return outcome.stderr.trim().split('\n').at(-1) || `pg_rewind ended with ${outcome.code}`;
}
