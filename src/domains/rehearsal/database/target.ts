import pg from 'pg';
import { ShakedownError } from '../../../model/error.ts';
import type { RehearsalContext } from '../rehearsal.ts';

/** A database that a migration may be tried out on. */
export interface Target {
  url: string;
  /** `shop on 127.0.0.1`: without what opens it. */
  shown: string;
  /** Whether the staging system's versions use it too. */
  meetsTraffic: boolean;
}

const production = /prod(?!uct(?!ion))|(^|[^a-z])(prd|live)([^a-z]|$)/i;

/**
 * The copy that is configured, else the database of the staging system.
 * @throws ShakedownError DATABASE_MISSING, DATABASE_PRODUCTION
 */
export async function migrationTarget({
  config,
  staging,
}: Pick<RehearsalContext, 'config' | 'staging'>): Promise<Target> {
  const own = config.rehearsal.migration.databaseUrl;
  const used = staging.environment.DATABASE_URL ?? config.deployment.local?.environment.DATABASE_URL;
  const url = own ?? used;
  if (url === undefined) {
    throw new ShakedownError('DATABASE_MISSING', 'There is no database to rehearse on.', {
      hint: 'Write rehearsal.migration.databaseUrl: the URL of a copy.',
    });
  }
  const { host, database } = partsOf(url);
  refuseProduction([host, database]);
  const client = await connected(url, 'shakedown');
  try {
    const { rows } = await client.query<{ name: string; cluster: string }>(
      "SELECT current_database() AS name, current_setting('cluster_name') AS cluster",
    );
    refuseProduction(Object.values(rows[0] ?? {}));
  } finally {
    await client.end();
  }
  return { url, shown: `${database} on ${host}`, meetsTraffic: own === null || own === used };
}

/** @throws ShakedownError DATABASE_PRODUCTION where one of them is called production */
export function refuseProduction(names: readonly string[]): void {
  const found = names.find((name) => production.test(name));
  if (found === undefined) return;
  throw new ShakedownError('DATABASE_PRODUCTION', `${found} is called production, so nothing is tried out there.`, {
    hint: 'Use a copy, and give it a name that says so.',
  });
}

function partsOf(url: string): { host: string; database: string } {
  const { host, database } = new pg.Client(url);
  return { host: host.startsWith('/') ? 'this machine' : host, database: database ?? '' };
}

/** A connection that nobody else uses. @throws ShakedownError DATABASE_UNREACHABLE */
export async function connected(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: name, connectionTimeoutMillis: 10_000 });
  // It is seen by the next query.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (cause) {
    throw new ShakedownError('DATABASE_UNREACHABLE', `The database cannot be reached: ${(cause as Error).message}.`, {
      hint: 'Check its URL, and whether it runs.',
      cause,
    });
  }
  return client;
}
