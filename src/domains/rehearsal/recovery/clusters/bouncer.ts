import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../../../../environment/free-port.ts';
import { onPath } from '../../../../environment/paths.ts';
import { ownFolder, postgresEnvironment } from '../../../../environment/postgres/setup.ts';
import { runProgram } from '../../../../environment/run-program.ts';
import { ShakedownError } from '../../../../model/error.ts';
import type { Cluster, Room } from './cluster.ts';

const startMs = 10_000;
const askMs = 10_000;
const lookEveryMs = 20;

/** PgBouncer's program, on PATH or where Debian has it. @returns null: it is not here */
export async function findPgBouncer(): Promise<{ path: string; version: string } | null> {
  for (const path of [...onPath('pgbouncer'), '/usr/sbin/pgbouncer']) {
    const outcome = await runProgram(path, ['--version'], { timeoutMs: askMs });
    const version = outcome.kind === 'ended' ? /PgBouncer (\d[\w.]*)/.exec(outcome.stdout)?.[1] : undefined;
    if (version !== undefined) return { path, version };
  }
  return null;
}

/** A PgBouncer of this rehearsal's own on 127.0.0.1, in front of one cluster at a time. */
export class Bouncer {
  readonly name = 'bouncer';
  readonly #room: Room;
  readonly #folder: string;
  readonly #port: number;
  readonly #user: string;
  #process: ChildProcess | null = null;

  private constructor(room: Room, folder: string, port: number, user: string) {
    this.#room = room;
    this.#folder = folder;
    this.#port = port;
    this.#user = user;
  }

  /** @throws ShakedownError PGBOUNCER_FAILED where it does not answer */
  static async started(program: string, to: Cluster): Promise<Bouncer> {
    const { room } = to;
    const folder = join(room.folder, 'bouncer');
    await ownFolder(folder, room.programs.identity);
    const bouncer = new Bouncer(room, folder, await freePort(), to.user);
    await bouncer.#write('users.txt', `"${to.user}" "${room.password}"\n`);
    await bouncer.#pointedAt(to);
    const log = openSync(join(room.logs, 'bouncer.log'), 'a');
    try {
      bouncer.#process = spawn(program, ['-q', join(folder, 'pgbouncer.ini')], {
        ...{ ...room.programs.identity, cwd: folder, env: postgresEnvironment({ environment: {} }) },
        ...{ stdio: ['ignore', log, log], detached: true },
      });
    } finally {
      closeSync(log);
    }
    bouncer.#process.on('error', () => {});
    const untilMs = performance.now() + startMs;
    for (;;) {
      const error = await bouncer.command('SHOW VERSION').then(
        () => null,
        (cause: Error) => cause,
      );
      if (error === null) return bouncer;
      if (!bouncer.#isRunning || performance.now() > untilMs) {
        await bouncer.remove();
        throw new ShakedownError('PGBOUNCER_FAILED', `PgBouncer did not start: ${error.message}`, {
          hint: 'Look at bouncer.log in the evidence of the rehearsal.',
        });
      }
      await sleep(lookEveryMs);
    }
  }

  get url(): string {
    return this.#url('postgres');
  }

  /** A command of its console, such as PAUSE. @throws Error */
  async command(text: string): Promise<void> {
    const client = new pg.Client({
      ...{ connectionString: this.#url('pgbouncer'), connectionTimeoutMillis: askMs, query_timeout: askMs },
    });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query(text);
    } finally {
      await client.end().catch(() => {});
    }
  }

  /** What comes from now on goes to this cluster. @throws Error */
  async pointAt(cluster: Cluster): Promise<void> {
    await this.#pointedAt(cluster);
    await this.command('RELOAD');
  }

  async remove(): Promise<void> {
    const child = this.#process;
    if (child !== null && this.#isRunning) {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #isRunning(): boolean {
    const child = this.#process;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  #url(database: string): string {
    return `postgres://${this.#user}:${this.#room.password}@127.0.0.1:${this.#port}/${database}`;
  }

  async #pointedAt({ port, user }: Cluster): Promise<void> {
    const lines = [
      '[databases]',
      `postgres = host=127.0.0.1 port=${port} dbname=postgres`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${this.#port}`,
      'unix_socket_dir =',
      'auth_type = scram-sha-256',
      `auth_file = ${join(this.#folder, 'users.txt')}`,
      `admin_users = ${user}`,
      'pool_mode = transaction',
      // What the keeper of the clusters finds it by.
      `pidfile = ${join(this.#folder, 'pgbouncer.pid')}`,
      'server_login_retry = 0',
    ];
    await this.#write('pgbouncer.ini', `${lines.join('\n')}\n`);
  }

  async #write(name: string, text: string): Promise<void> {
    const file = join(this.#folder, name);
    await writeFile(file, text, { mode: 0o600 });
    const { uid, gid } = this.#room.programs.identity;
    if (uid !== undefined) await chown(file, uid, gid ?? uid);
  }
}
