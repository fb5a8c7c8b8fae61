import { z } from 'zod';
import { asked } from './postgres.ts';
import type { PostgresCheck } from './settings.ts';

const figure = z.number().nullable();

/** How busy a database is; seconds, counts and shares in percent. null: it could not be seen. */
export const databaseLoad = z.object({
  connections: figure,
  connectionsAtMost: figure,
  /** Sessions that wait for a lock, and the longest of those waits. */
  lockWaits: figure,
  longestLockWaitS: figure,
  /** The longest statement and the longest transaction that does nothing, now. */
  longestStatementS: figure,
  longestIdleS: figure,
  /** null: it has no replica and is none. */
  replicationLagS: figure,
  replicas: figure,
  cacheHitPercent: figure,
  deadlocks: figure,
  /** The slowest statements on average, by pg_stat_statements; null: the extension is not there. */
  slowest: z.array(z.object({ statement: z.string(), calls: z.number(), meanMs: z.number() })).nullable(),
  /** Of other users' sessions too; otherwise waits and statements of others are not seen. */
  seesAll: z.boolean(),
});
export type DatabaseLoad = z.output<typeof databaseLoad>;

const activity = `
  SELECT
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::float8 AS connections,
    current_setting('max_connections')::float8 AS "connectionsAtMost",
    count(*) FILTER (WHERE wait_event_type = 'Lock')::float8 AS "lockWaits",
    coalesce(extract(epoch FROM max(clock_timestamp() - state_change) FILTER (WHERE wait_event_type = 'Lock')), 0)::float8 AS "longestLockWaitS",
    coalesce(extract(epoch FROM max(clock_timestamp() - query_start) FILTER (WHERE state = 'active')), 0)::float8 AS "longestStatementS",
    coalesce(extract(epoch FROM max(clock_timestamp() - state_change) FILTER (WHERE state LIKE 'idle in transaction%')), 0)::float8 AS "longestIdleS",
    (SELECT count(*) FROM pg_stat_replication)::float8 AS replicas,
    CASE WHEN pg_is_in_recovery()
      THEN CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
        ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END
      ELSE (SELECT max(coalesce(extract(epoch FROM replay_lag), 0)) FROM pg_stat_replication)
    END::float8 AS "replicationLagS",
    (SELECT 100.0 * sum(blks_hit) / nullif(sum(blks_hit + blks_read), 0) FROM pg_stat_database)::float8 AS "cacheHitPercent",
    (SELECT sum(deadlocks) FROM pg_stat_database)::float8 AS deadlocks,
    (pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)) AS "seesAll",
    (SELECT count(*) FROM pg_extension WHERE extname = 'pg_stat_statements') > 0 AS "hasStatements"
  FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;

const statements = `
  SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 120) AS statement, calls::float8 AS calls, mean_exec_time::float8 AS "meanMs"
  FROM pg_stat_statements WHERE calls > 0 ORDER BY mean_exec_time DESC LIMIT 5`;

/**
 * What a PostgreSQL says of its own load. It reads statistics only.
 * @throws Error where it cannot be asked
 */
export async function readDatabaseLoad({ url, timeoutS }: PostgresCheck): Promise<DatabaseLoad> {
  const timeoutMs = timeoutS * 1000;
  const { rows } = await asked(url, timeoutMs, activity);
  const { hasStatements, ...load } = rows[0] ?? {};
  // Where the extension is there and its library is not loaded, its view cannot be read.
  const slowest = hasStatements === true ? await asked(url, timeoutMs, statements).catch(() => null) : null;
  return databaseLoad.parse({ ...load, slowest: slowest?.rows ?? null });
}
