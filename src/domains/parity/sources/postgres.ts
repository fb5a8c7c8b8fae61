import { tmpdir } from 'node:os';
import pg from 'pg';
import type { Aspect } from '../descriptor/aspects.ts';
import type { Unit } from '../descriptor/format.ts';
import { Gatherer } from '../descriptor/gatherer.ts';
import type { SecretKey } from '../descriptor/secrets.ts';

const timeoutMs = 5000;
const covers: readonly Aspect[] = ['database', 'backup', 'version', 'time-zone', 'limit'];

interface Setting {
  name: string;
  setting: string | null;
  unit: string | null;
  vartype: string;
  source: string;
}

/** Settings that name places, of one machine each. */
const own =
  /^(config_file|data_directory|hba_file|ident_file|external_pid_file|unix_socket_directories|port|listen_addresses|cluster_name|primary_conninfo|primary_slot_name|event_source|server_encoding|in_hot_standby|transaction_.*|application_name|session_.*|data_directory_mode|search_path|shared_memory_size.*|num_os_semaphores|huge_pages_status)$/;

/** How a PostgreSQL is set, as it says itself. Only catalogues are read. */
export async function gatherPostgres(
  name: string,
  url: string,
  about: { capturedAt: string; key: SecretKey | null },
): Promise<Gatherer> {
  const gatherer = new Gatherer({
    ...about,
    kind: 'postgres',
    from: `the PostgreSQL ${name}`,
    covers,
  });
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    application_name: 'shakedown',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('BEGIN READ ONLY');
    await addAll(gatherer, name, client);
  } catch (error) {
    gatherer.unread(covers, `the database ${name} cannot be asked: ${(error as Error).message.replace(/\.$/, '')}`);
  } finally {
    await client.end().catch(() => {});
  }
  return gatherer;
}

async function addAll(gatherer: Gatherer, name: string, client: pg.Client): Promise<void> {
  const rows = async <T extends pg.QueryResultRow>(sql: string) => (await client.query<T>(sql)).rows;
  const [about] = await rows<{
    version: string;
    standby: boolean;
    all: boolean;
    encoding: string;
    collation: string;
    extent: string;
  }>(
    `SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS standby,
       pg_has_role(current_user, 'pg_read_all_settings', 'member') AS all, pg_encoding_to_char(encoding) AS encoding, datcollate AS collation
     FROM pg_database WHERE datname = current_database()`,
  );
  if (about === undefined) throw new Error('it does not say what it is');
  gatherer.add('version', [name], about.version);
  gatherer.add('database', [name, 'role'], about.standby ? 'replica' : 'primary');
  gatherer.add('database', [name, 'encoding'], about.encoding);
  gatherer.add('database', [name, 'collation'], about.collation);
  if (!about.all) {
    gatherer.cannotSee('database', `the role may not read all settings of ${name}: GRANT pg_read_all_settings TO it`);
  }
  const replicas = await rows<{ state: string | null; sync: string | null }>(
    'SELECT state, sync_state AS sync FROM pg_stat_replication',
  );
  gatherer.add('database', [name, 'replicas'], replicas.length, { unit: 'count' });
  gatherer.add(
    'database',
    [name, 'synchronous replicas'],
    replicas.filter(({ sync }) => sync === 'sync' || sync === 'quorum').length,
    { unit: 'count' },
  );
  for (const { extname, extversion } of await rows<{ extname: string; extversion: string }>(
    'SELECT extname, extversion FROM pg_extension',
  )) {
    gatherer.add('version', [name, 'extension', extname], extversion);
  }
  const settings = await rows<Setting>('SELECT name, setting, unit, vartype, source FROM pg_settings');
  for (const each of settings) addSetting(gatherer, name, each);
  const folder = settings.find((each) => each.name === 'data_directory')?.setting;
  if (folder?.startsWith(tmpdir())) gatherer.add('storage', [name, 'class'], 'a temporary folder');
}

function addSetting(gatherer: Gatherer, database: string, { name, setting, unit, vartype, source }: Setting): void {
  const value = setting ?? '';
  const counted = unit === null ? null : inUnit(value, unit);
  const aspect: Aspect =
    name === 'TimeZone'
      ? 'time-zone'
      : /^(archive_|restore_command|recovery_|wal_level|summarize_wal)/.test(name)
        ? 'backup'
        : /^(max_|statement_timeout|lock_timeout|idle_|superuser_reserved|temp_file_limit)/.test(name)
          ? 'limit'
          : 'database';
  // What this very connection asked for is no setting of the database.
  const isOwn = own.test(name) || source === 'session' || source === 'client';
  const text = vartype === 'bool' ? value === 'on' : value;
  gatherer.add(aspect, aspect === 'time-zone' ? [database] : [database, 'setting', name], counted?.value ?? text, {
    state: source === 'default' ? 'default' : 'explicit',
    ...(counted && { unit: counted.unit }),
    ...(isOwn && { own: 'of one machine or connection' }),
  });
}

/** `16384` of `8kB`. A negative number stands for something else, such as automatic. */
function inUnit(value: string, unit: string): { value: number; unit: Unit } | null {
  const amount = Number(value);
  const match = /^(\d*)(B|kB|MB|GB|ms|s|min|h|d)$/.exec(unit);
  if (match === null || !Number.isFinite(amount) || amount < 0) return null;
  const factor = Number(match[1] || 1) * amount;
  const sizes: Record<string, number> = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
  const times: Record<string, number> = { ms: 0.001, s: 1, min: 60, h: 3600, d: 86_400 };
  const of = match[2] ?? '';
  const size = sizes[of];
  if (size !== undefined) return { value: factor * size, unit: 'bytes' };
  return { value: Math.round(factor * (times[of] ?? 1) * 1000) / 1000, unit: 'seconds' };
}
