import type { Cluster } from './clusters/cluster.ts';
import type { Mode, Of } from './evidence.ts';
import { table } from './writer.ts';

interface Row {
  state: string;
  syncState: string;
  lagBytes: string | null;
}

/** What primary and standby say of the replication; a server that does not answer says nothing. */
export async function lookAtStandby(at: {
  mode: Mode;
  primary: Cluster;
  standby: Cluster;
  lagMs: number;
}): Promise<Of<'streaming'>> {
  const { mode, primary, standby, lagMs } = at;
  const [row] = await primary
    .query<Row>(
      `SELECT state, sync_state AS "syncState", pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn)::text AS "lagBytes"
       FROM pg_stat_replication WHERE application_name = 'standby'`,
    )
    .catch(() => []);
  const [newest] = await standby
    .query<{ ms: string }>(
      `SELECT 1000 * extract(epoch FROM clock_timestamp() - at) AS ms FROM ${table} ORDER BY id DESC LIMIT 1`,
    )
    .catch(() => []);
  const look: Of<'streaming'> = {
    ...{ kind: 'streaming', mode, state: row?.state ?? null, syncState: row?.syncState ?? null },
    lagBytes: row?.lagBytes == null ? null : Number(row.lagBytes),
    lagMs: newest === undefined ? null : Number(newest.ms),
    ...{ isReady: false, why: '' },
  };
  const isReady = keepsUp(look, lagMs);
  return { ...look, isReady, why: row === undefined ? standby.lastWords() : '' };
}

/** Streaming alone is not enough: a standby that streams may be behind. */
export function keepsUp({ mode, state, syncState, lagMs }: Of<'streaming'>, mostMs: number): boolean {
  const isKind = mode !== 'synchronous' || syncState === 'sync';
  return state === 'streaming' && isKind && lagMs !== null && lagMs <= mostMs;
}
