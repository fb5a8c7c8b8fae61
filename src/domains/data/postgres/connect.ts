import pg from 'pg';
import { exitCodes, ShakedownError } from '../../../model/error.ts';

/** A connection that nobody else uses. @throws ShakedownError DATABASE_UNREACHABLE */
export async function connected(url: string, what: string): Promise<pg.Client> {
  const client = clientOf(url, what);
  try {
    await client.connect();
  } catch (cause) {
    throw new ShakedownError(
      'DATABASE_UNREACHABLE',
      `The ${what} cannot be reached: ${(cause as Error).message.replace(/\.$/, '')}.`,
      {
        hint: 'Check its URL, and whether it runs.',
        exitCode: exitCodes.targetUnreachable,
        cause,
      },
    );
  }
  return client;
}

function clientOf(url: string, what: string): pg.Client {
  let client: pg.Client;
  try {
    client = new pg.Client({
      connectionString: url,
      application_name: 'shakedown data',
      connectionTimeoutMillis: 10_000,
    });
  } catch (cause) {
    throw new ShakedownError(
      'DATABASE_URL',
      `The URL of the ${what} cannot be read: ${(cause as Error).message.replace(/\.$/, '')}.`,
      {
        hint: 'Write postgres://user:password@host:port/database.',
        cause,
      },
    );
  }
  // What ends it is seen by the next query.
  client.on('error', () => {});
  return client;
}

/** `shop on 127.0.0.1`: without what opens it. */
export function shownUrl(url: string): string {
  const { host, port, database } = new pg.Client(url);
  return `${database} on ${host.startsWith('/') ? 'this machine' : host}:${port}`;
}

/** What says which database it is, however it was reached. */
export interface Identity {
  /** Of the cluster; null where this role may not ask. */
  system: string | null;
  database: string;
  /** Of the database: it stays where it is renamed, and another one has another. */
  oid: string;
  clusterName: string;
  version: number;
  encoding: string;
}

export async function identityOf(client: pg.ClientBase): Promise<Identity> {
  const system = await client
    .query<{ system: string }>('SELECT system_identifier::text AS system FROM pg_control_system()')
    .then(
      ({ rows }) => rows[0]?.system ?? null,
      () => null,
    );
  const { rows } = await client.query<Omit<Identity, 'system'>>(
    `SELECT current_database() AS database, (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS oid, current_setting('cluster_name') AS "clusterName",
       current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding`,
  );
  return { system, ...(rows[0] as Omit<Identity, 'system'>) };
}

/** What a report remembers of a database. */
export type DatabaseMark = Pick<Identity, 'system' | 'oid' | 'database'>;
export const markOf = ({ system, oid, database }: Identity): DatabaseMark => ({ system, oid, database });

/** @param one with what it is shown as, which decides where the cluster may not be asked for */
export function isSameDatabase(
  one: DatabaseMark & { shown: string },
  other: DatabaseMark & { shown: string },
): boolean {
  if (one.oid !== other.oid) return false;
  return one.system !== null && other.system !== null ? one.system === other.system : one.shown === other.shown;
}

const production = /prod(?!uct(?!ion))|(^|[^a-z])(prd|live)([^a-z]|$)/i;

/** @throws ShakedownError DATA_TARGET_PRODUCTION where the target is called production */
export function refuseProduction(url: string, { database, clusterName }: Identity): void {
  const { host } = new pg.Client(url);
  const found = [host, database, clusterName].find((name) => production.test(name));
  if (found === undefined) return;
  throw new ShakedownError('DATA_TARGET_PRODUCTION', `${found} is called production, so nothing is written there.`, {
    hint: 'Name another target with --to, and give it a name that says what it is.',
  });
}

/** @throws ShakedownError DATA_SAME_DATABASE */
export function refuseSame(from: Identity, to: Identity, fromUrl: string, toUrl: string): void {
  const place = (url: string) => {
    const { host, port } = new pg.Client(url);
    return `${host}:${port}`;
  };
  const isSameCluster =
    from.system !== null && to.system !== null ? from.system === to.system : place(fromUrl) === place(toUrl);
  if (!isSameCluster || from.database !== to.database) return;
  throw new ShakedownError('DATA_SAME_DATABASE', `Source and target are the same database, ${to.database}.`, {
    hint: 'Make an empty database for the result, and name it with --to.',
  });
}

/** Schema of what is remembered in the target until it is whole. */
export const stateSchema = 'shakedown_data';

/**
 * What is in the target already, by name, at most three; a copy that was interrupted is told by its state.
 * The state's own schema and extensions are nothing.
 */
export async function foundInTarget(client: pg.ClientBase): Promise<{ objects: string[]; isInterrupted: boolean }> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT format('%s.%s', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', $1)
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 1 LIMIT 3`,
    [stateSchema],
  );
  const { rows: state } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [stateSchema]);
  return { objects: rows.map(({ name }) => name), isInterrupted: state.length > 0 };
}

/** A name as it is written in SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const literal = (text: string): string =>
  text.includes('\\')
    ? ` E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`;
