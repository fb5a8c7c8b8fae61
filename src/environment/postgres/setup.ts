import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ShakedownError } from '../../model/error.ts';
import { type PostgresBinaries, reachableByOthers } from './binaries.ts';

/** `nobody` on Linux; PostgreSQL refuses to run as root, and no account is made for it. */
const nobody = 65_534;

/** Whom its processes run as; empty: whoever runs this one. */
export type PostgresIdentity = { uid?: number; gid?: number };

export function postgresIdentity(): PostgresIdentity {
  return process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
}

/** Makes a temporary folder that PostgreSQL's user may enter. @param prefix of its name */
export async function postgresFolder(prefix: string, { uid }: PostgresIdentity): Promise<string> {
  const folder = await mkdtemp(join(await temporaryFolder(uid !== undefined), prefix));
  if (uid !== undefined) await chmod(folder, 0o711);
  return folder;
}

/** The system's own, unless another user has to get into it and cannot. */
async function temporaryFolder(other: boolean): Promise<string> {
  const own = tmpdir();
  if (!other || (await reachableByOthers(own))) return own;
  for (const shared of ['/tmp', '/var/tmp']) if (await reachableByOthers(shared).catch(() => false)) return shared;
  return own;
}

export function postgresEnvironment({ environment }: Pick<PostgresBinaries, 'environment'>): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '', TZ: 'UTC', LC_ALL: 'C', ...environment };
}

/** Makes a folder that is PostgreSQL's user's own. */
export async function ownFolder(path: string, { uid, gid }: PostgresIdentity): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  if (uid !== undefined) await chown(path, uid, gid ?? uid);
}

/**
 * Makes a cluster: data folder, superuser with a password.
 * @param where folder: for the time of this, and there already; data: what is made
 * @throws ShakedownError POSTGRES_FAILED
 */
export async function initialisePostgres(
  binaries: PostgresBinaries,
  where: { folder: string; data: string; superuser: string; password: string; identity: PostgresIdentity },
): Promise<void> {
  const { folder, data, superuser, password, identity } = where;
  await ownFolder(data, identity);
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (identity.uid !== undefined) await chown(passwordFile, identity.uid, identity.gid ?? identity.uid);
  const args = ['--pgdata', data, '--no-sync', '--no-instructions', '--locale=C', '--encoding=UTF8'];
  args.push('--auth=scram-sha-256', `--username=${superuser}`, `--pwfile=${passwordFile}`);
  try {
    await promisify(execFile)(binaries.initdb, args, { ...identity, cwd: folder, env: postgresEnvironment(binaries) });
  } catch (cause) {
    const { message, stderr = '' } = cause as Error & { stderr?: string };
    const why = stderr.trim().split('\n').at(-1) || message;
    throw new ShakedownError('POSTGRES_FAILED', `PostgreSQL could not be set up: ${why}`, {
      hint:
        identity.uid === undefined
          ? 'Check the space and rights of the temporary folder.'
          : 'Run as another user than root.',
      exitCode: 4,
      cause,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
}
