import pg from 'pg';
import { cannotLock, type EnvironmentLock, isTaken } from './lock.ts';

const connectMs = 10_000;
const beatMs = 15_000;

/**
 * A session-level advisory lock (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS): the server frees it when the
 * connection is gone.
 */
export async function postgresLock(
  url: string | undefined,
  key: string,
  environment: string,
): Promise<EnvironmentLock> {
  if (url === undefined || url === '')
    throw cannotLock('PostgreSQL', 'the environment variable of stage.lock.urlEnv is empty');
  const gone = new AbortController();
  const client = new pg.Client({
    connectionString: url,
    application_name: 'shakedown stage',
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
  });
  const lose = (why: string) => {
    if (!gone.signal.aborted) gone.abort(`The advisory lock of PostgreSQL was lost: ${why}.`);
  };
  let isReleased = false;
  client.on('error', (error) => lose(error.message));
  client.on('end', () => {
    if (!isReleased) lose('the connection was closed');
  });
  // A signed 64-bit number is what the server takes.
  const number = BigInt.asIntN(64, BigInt(`0x${key.slice(0, 16)}`)).toString();
  let holder: string | null = null;
  try {
    await client.connect();
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1::bigint) AS held', [number]);
    if (rows[0]?.held !== true) holder = await holderOf(client, number);
  } catch (cause) {
    isReleased = true;
    await client.end().catch(() => {});
    // The driver's messages name no password.
    throw cannotLock('PostgreSQL', (cause as Error).message);
  }
  if (holder !== null) {
    isReleased = true;
    await client.end().catch(() => {});
    throw isTaken(environment, holder);
  }
  const beat = setInterval(() => {
    client.query('SELECT 1').catch((error: Error) => lose(error.message));
  }, beatMs);
  beat.unref();
  return {
    kind: 'postgres',
    detail: 'An advisory lock of PostgreSQL: it keeps out every stage that asks the same database.',
    lost: gone.signal,
    async release() {
      isReleased = true;
      clearInterval(beat);
      await client.end().catch(() => {});
    },
  };
}

/** Who holds it, as far as the server shows that. */
async function holderOf(client: pg.Client, number: string): Promise<string> {
  const { rows } = await client.query(
    `SELECT a.client_addr::text AS address, a.backend_start AS since FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND ((l.classid::bigint << 32) | l.objid::bigint) = $1::bigint`,
    [number],
  );
  const { address, since } = rows[0] ?? {};
  const from = address === null || address === undefined ? 'another session' : `a session from ${address}`;
  return since instanceof Date ? `${from}, since ${since.toISOString()}` : from;
}
