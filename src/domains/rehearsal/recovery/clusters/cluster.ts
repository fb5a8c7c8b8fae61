import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../../../../environment/free-port.ts';
import { initialisePostgres, postgresEnvironment } from '../../../../environment/postgres/setup.ts';
import { childrenOf } from '../../../../environment/processes.ts';
import { ShakedownError } from '../../../../model/error.ts';
import type { Programs } from './programs.ts';

const superuser = 'shakedown';
const startMs = 60_000;
const endMs = 10_000;
const lookEveryMs = 40;

/** What clusters of one rehearsal share. */
export interface Room {
  /** Temporary; each cluster's data is a folder in it. */
  folder: string;
  /** Where the logs of the servers are kept. */
  logs: string;
  programs: Programs;
  password: string;
  /** Settings of PostgreSQL as they were asked for. */
  settings: Readonly<Record<string, string>>;
  standbySettings: Readonly<Record<string, string>>;
}

/** A PostgreSQL of this rehearsal's own on 127.0.0.1. */
export class Cluster {
  readonly name: string;
  readonly room: Room;
  readonly data: string;
  readonly port: number;
  #server: ChildProcess | null = null;

  private constructor(room: Room, name: string, port: number) {
    this.room = room;
    this.name = name;
    this.port = port;
    this.data = join(room.folder, name);
  }

  /** One without data: a backup is to be put there. */
  static async empty(room: Room, name: string): Promise<Cluster> {
    return new Cluster(room, name, await freePort());
  }

  /** @throws ShakedownError POSTGRES_FAILED */
  static async initialised(room: Room, name: string): Promise<Cluster> {
    const cluster = await Cluster.empty(room, name);
    const { programs, folder, password } = room;
    const { identity } = programs;
    await initialisePostgres(programs.server, { folder, data: cluster.data, superuser, password, identity });
    return cluster;
  }

  get user(): string {
    return superuser;
  }

  get url(): string {
    return `postgres://${superuser}:${this.room.password}@127.0.0.1:${this.port}/postgres`;
  }

  /** For libpq. @param application what the primary calls who connects */
  conninfo(application: string): string {
    return `host=127.0.0.1 port=${this.port} user=${superuser} password=${this.room.password} dbname=postgres application_name=${application}`;
  }

  get log(): string {
    return join(this.room.logs, `${this.name}.log`);
  }

  get isRunning(): boolean {
    return this.#server !== null && this.#server.exitCode === null && this.#server.signalCode === null;
  }

  /** @param settings of PostgreSQL, beside those asked for @throws ShakedownError POSTGRES_FAILED where it does not answer */
  async start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#launch(settings);
    if (!(await this.#answersWithin(startMs))) throw await this.#failed();
  }

  /** A standby of another cluster, of whose data this has a copy. One that does not get the WAL it needs is left without an answer after so many ms. */
  async startAsStandby(of: Cluster, waitMs: number): Promise<void> {
    await this.follow(of);
    this.#launch(this.room.standbySettings);
    await this.#answersWithin(waitMs);
    if (!this.isRunning) throw await this.#failed();
  }

  #launch(settings: Readonly<Record<string, string>>): void {
    const all = { ...usual, ...this.room.settings, ...settings, ...fixed(this.name, this.port) };
    const { identity, server } = this.room.programs;
    const log = openSync(this.log, 'a');
    try {
      const args = ['-D', this.data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
      this.#server = spawn(server.postgres, args, {
        ...{ ...identity, cwd: this.data, env: postgresEnvironment(server), stdio: ['ignore', log, log] },
        detached: true,
      });
    } finally {
      closeSync(log);
    }
    this.#server.on('error', () => {});
  }

  /** @returns false when it ended, or the time is over */
  async #answersWithin(ms: number): Promise<boolean> {
    const until = performance.now() + ms;
    while (!(await this.answers())) {
      if (!this.isRunning || performance.now() > until) return false;
      await sleep(lookEveryMs);
    }
    return true;
  }

  async #failed(): Promise<ShakedownError> {
    await this.stop();
    return new ShakedownError('POSTGRES_FAILED', `PostgreSQL (${this.name}) did not start: ${this.lastWords()}`, {
      hint: 'Look at its log in the evidence of the rehearsal.',
    });
  }

  /** Whatever starts on this data is a standby of another from now on, and takes no writes. */
  async follow(of: Cluster): Promise<void> {
    await this.write('standby.signal', '');
    await this.write('postgresql.auto.conf', `primary_conninfo = '${of.conninfo('standby')}'\n`);
  }

  /** A file of its data. */
  async write(name: string, text: string): Promise<void> {
    const file = join(this.data, name);
    await writeFile(file, text, { mode: 0o600 });
    const { uid, gid } = this.room.programs.identity;
    if (uid !== undefined) await chown(file, uid, gid ?? uid);
  }

  /** Ends in order; what it holds stays. */
  async stop(): Promise<void> {
    await this.#end('SIGINT');
  }

  /** Kills every process of it at the same moment. @param onLoss called right before @returns how many that were */
  async lose(onLoss = () => {}): Promise<number> {
    const pid = this.#server?.pid;
    if (pid === undefined || !this.isRunning) return 0;
    const all = [pid, ...childrenOf(pid)];
    const exit = once(this.#server as ChildProcess, 'exit');
    onLoss();
    for (const each of all) kill(each, 'SIGKILL');
    await exit;
    return all.length;
  }

  async remove(): Promise<void> {
    await this.lose();
    await rm(this.data, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  /** A connection. @throws Error */
  async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      ...{ connectionString: this.url, connectionTimeoutMillis: 5000, query_timeout: 30_000 },
      application_name: 'shakedown',
    });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  /** One statement on a connection of its own. @throws Error */
  async query<R extends object>(sql: string, values: unknown[] = []): Promise<R[]> {
    const client = await this.connect();
    try {
      return (await client.query<R>(sql, values)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  }

  /** The last of its log that says what is wrong. */
  lastWords(): string {
    let lines: string[] = [];
    try {
      lines = readFileSync(this.log, 'utf8').trim().split('\n');
    } catch {
      // It said nothing.
    }
    // What it says to clients while it starts is no reason.
    const wrong = lines.filter((line) => /(FATAL|ERROR|PANIC):/.test(line) && !line.includes('starting up'));
    const last = wrong.at(-1) ?? lines.at(-1);
    return last?.replace(/^.*?(FATAL|ERROR|PANIC|LOG): +/, '') || 'no message';
  }

  async answers(): Promise<boolean> {
    try {
      await this.query('SELECT 1');
      return true;
    } catch {
      return false;
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server;
    if (server?.pid === undefined || !this.isRunning) return;
    const exit = once(server, 'exit');
    kill(server.pid, signal);
    const timer = setTimeout(() => void this.lose(), endMs);
    await exit;
    clearTimeout(timer);
  }
}

/** What a rehearsal needs; what was asked for comes before. */
const usual = {
  max_connections: '60',
  shared_buffers: '32MB',
  wal_keep_size: '512MB',
  wal_log_hints: 'on',
  wal_retrieve_retry_interval: '200ms',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  jit: 'off',
};

/** What nobody may change: it stays on this machine and leaves nothing. */
function fixed(name: string, port: number): Record<string, string> {
  return {
    cluster_name: `shakedown-${name}`,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    dynamic_shared_memory_type: 'mmap',
    logging_collector: 'off',
    log_destination: 'stderr',
    hot_standby: 'on',
  };
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}
