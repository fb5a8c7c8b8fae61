import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../environment/free-port.ts';
import { type PostgresBinaries, preparePostgresBinaries } from '../../environment/postgres/binaries.ts';
import {
  initialisePostgres,
  type PostgresIdentity,
  postgresEnvironment,
  postgresFolder,
  postgresIdentity,
} from '../../environment/postgres/setup.ts';
import { ShakedownError } from '../../model/error.ts';
import type { PreparedDatabase } from './prepared-database.ts';

/** A Unix socket's path has room for this much, `.s.PGSQL.<port>` included. */
const socketPathRoom = 85;
const superuser = 'shop';

export interface Postgres {
  /** Connection string over TCP, for tools. */
  url: string;
  /** Connection string over the Unix socket, which costs less; the same as `url` where its path is too long. */
  localUrl: string;
  folder: string;
  pid(): number;
  /** Called when the server ends without having been asked to. */
  onDeath(listener: () => void): void;
  /** Starts the server again on the same port and data. */
  restart(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** What the database `shop` holds at its start. */
export interface Content {
  /** Where it is kept for later starts. */
  kept: PreparedDatabase;
  /** Fills the empty database. */
  fill(url: string): Promise<void>;
}

/**
 * Makes a PostgreSQL cluster in a temporary folder and starts it on a free port of 127.0.0.1.
 * @param other settings in place of the usual ones
 * @param content absent: the database is empty
 * @param signal gives the start up, and leaves nothing
 * @throws ShakedownError POSTGRES_MISSING, POSTGRES_FAILED; the signal's reason
 */
export async function startPostgres(
  other: Readonly<Record<string, string>> = {},
  content?: Content,
  signal?: AbortSignal,
): Promise<Postgres> {
  const identity = postgresIdentity();
  const folder = await postgresFolder('shakedown-sample-', identity);
  let server: ChildProcess | undefined;
  try {
    const binaries = await preparePostgresBinaries(folder, identity.uid !== undefined);
    const data = join(folder, 'data');
    const port = await freePort();
    const isShort = data.length < socketPathRoom;
    const urlsWith = (password: string) => {
      const own = `postgres://${superuser}:${password}@127.0.0.1:${port}`;
      const url = `${own}/shop`;
      const local = `postgres://${superuser}:${password}@/shop?host=${encodeURIComponent(data)}&port=${port}`;
      return { admin: `${own}/postgres`, url, local: isShort ? local : url };
    };
    const password = randomBytes(12).toString('base64url');
    const urls = urlsWith(password);
    let stopping = false;
    let listener = () => {};
    const launch = async (adminUrl = urls.admin): Promise<void> => {
      signal?.throwIfAborted();
      const started = await launchServer(binaries, data, port, adminUrl, { identity, other, signal });
      server = started;
      started.once('exit', () => {
        if (!stopping && started === server) listener();
      });
    };

    const startKept = async (kept: PreparedDatabase): Promise<boolean> => {
      const before = await kept.copyTo(data, identity);
      if (before === null) return false;
      try {
        const old = urlsWith(before);
        await launch(old.admin);
        await query(old.url, `ALTER ROLE ${superuser} PASSWORD '${password}'`);
        return true;
      } catch {
        if (server !== undefined) await endServer(server);
        await removeFolder(data);
        signal?.throwIfAborted();
        kept.drop();
        return false;
      }
    };
    const startNew = async (): Promise<void> => {
      await initialisePostgres(binaries, { folder, data, superuser, password, identity });
      await launch();
      await query(urls.admin, 'CREATE DATABASE shop');
      if (content === undefined || server === undefined) return;
      await content.fill(urls.local);
      signal?.throwIfAborted();
      await endServer(server, 'SIGINT');
      content.kept.keep(data, password);
      await launch();
    };
    if (content === undefined || !(await startKept(content.kept))) await startNew();

    return {
      url: urls.url,
      localUrl: urls.local,
      folder,
      pid: () => server?.pid ?? -1,
      onDeath(added) {
        listener = added;
      },
      restart: () => launch(),
      async stop() {
        stopping = true;
        if (server !== undefined) await endServer(server);
        await removeFolder(folder);
      },
    };
  } catch (error) {
    if (server !== undefined) await endServer(server);
    await removeFolder(folder);
    throw error;
  }
}

/**
 * Settings: synchronous_commit stays on, so what was acknowledged outlives a killed server; fsync is off, as nothing here has to
 * outlive the machine; shared memory is kept in the data folder, so that a killed server leaves none behind.
 */
async function launchServer(
  binaries: PostgresBinaries,
  data: string,
  port: number,
  adminUrl: string,
  {
    identity,
    other,
    signal,
  }: { identity: PostgresIdentity; other: Readonly<Record<string, string>>; signal: AbortSignal | undefined },
): Promise<ChildProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: data.length < socketPathRoom ? data : '',
    unix_socket_permissions: '0700',
    max_connections: '60',
    shared_buffers: '32MB',
    fsync: 'off',
    full_page_writes: 'off',
    dynamic_shared_memory_type: 'mmap',
    jit: 'off',
    logging_collector: 'off',
    log_min_messages: 'fatal',
    ...other,
  };
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const server = spawn(binaries.postgres, args, {
    ...identity,
    cwd: data,
    env: postgresEnvironment(binaries),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  server.stderr.setEncoding('utf8');
  server.stderr.on('data', (text: string) => {
    output = (output + text).slice(-4096);
  });
  const ended = once(server, 'exit').then(
    () => true,
    () => true,
  );
  for (let tries = 0; ; tries++) {
    const over = await Promise.race([ended, new Promise<false>((resolve) => setTimeout(() => resolve(false), 15))]);
    if (over || tries > 2000 || signal?.aborted) {
      await endServer(server);
      signal?.throwIfAborted();
      throw new ShakedownError('POSTGRES_FAILED', `PostgreSQL did not start: ${lastLine(output) || 'no message'}`, {
        exitCode: 4,
      });
    }
    if (await answers(adminUrl)) return server;
  }
}

async function answers(adminUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  await client.query(sql);
  await client.end();
}

/** @param signal SIGQUIT: the data is thrown away, so nothing is written back; SIGINT: it is to be kept */
async function endServer(server: ChildProcess, signal: 'SIGQUIT' | 'SIGINT' = 'SIGQUIT'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill(signal);
  const timer = setTimeout(() => server.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}

/** Backends of a killed server may still be writing for a moment. */
async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
