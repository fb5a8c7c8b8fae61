import { createHash } from 'node:crypto';
import { chown, copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolder, type PostgresIdentity } from '../../../../environment/postgres/setup.ts';
import { runProgram } from '../../../../environment/run-program.ts';
import { ShakedownError } from '../../../../model/error.ts';
import type { Cluster } from './cluster.ts';
import { type ManifestFile, manifestName, manifestText } from './manifest.ts';

/** Folders whose contents are of the moment and are made anew (PostgreSQL, Continuous Archiving, "Making a Base Backup Using the Low Level API"). */
const emptied = [
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
];
const leftOut =
  /^(postmaster\.(pid|opts)|current_logfiles|standby\.signal|recovery\.signal|backup_label.*|tablespace_map.*|backup_manifest.*|pg_internal\.init.*|pgsql_tmp.*)$/;
const controlFile = 'global/pg_control';
const toolMs = 600_000;

export interface BaseBackup {
  by: 'pg_basebackup' | 'pg_backup_start';
  files: number;
  bytes: number;
}

/**
 * Copies the data of a running cluster, with a manifest: by pg_basebackup where it is, else by PostgreSQL's functions for that and a copy.
 * @param target a folder that is not there yet
 * @param awaitsArchive whether its end waits until the WAL that it needs is archived
 * @throws ShakedownError BACKUP_FAILED
 */
export async function baseBackup(of: Cluster, target: string, awaitsArchive: boolean): Promise<BaseBackup> {
  const { basebackup, identity } = of.room.programs;
  await ownFolder(target, identity);
  if (basebackup === null) return copied(of, target, awaitsArchive);
  const args = [
    '-D',
    target,
    '-d',
    of.conninfo('shakedown'),
    '-X',
    'none',
    '-c',
    'fast',
    '--manifest-checksums=SHA256',
  ];
  const env = basebackup.environment;
  const outcome = await runProgram(basebackup.path, args, { timeoutMs: toolMs, env, cwd: '/', identity });
  if (outcome.kind !== 'ended' || outcome.code !== 0) {
    const why = outcome.kind === 'ended' ? outcome.stderr.trim().split('\n').at(-1) : outcome.reason;
    throw failed(`pg_basebackup: ${why}`);
  }
  const { Files: files } = JSON.parse(await readFile(join(target, manifestName), 'utf8')) as {
    Files: { Size: number }[];
  };
  return { by: 'pg_basebackup', files: files.length, bytes: files.reduce((sum, { Size }) => sum + Size, 0) };
}

async function copied(of: Cluster, target: string, awaitsArchive: boolean): Promise<BaseBackup> {
  const client = await of.connect();
  try {
    const [start] = (await client.query<Start>(startSql)).rows;
    const files: ManifestFile[] = [];
    await copyFolder({ from: of.data, to: target, within: '', identity: of.room.programs.identity, files });
    // Last, as pg_basebackup does: nothing in the copy is newer than what it says.
    files.push(await copyOne(of.data, target, controlFile, of.room.programs.identity));
    const { rows } = await client.query<Stop>('SELECT lsn, labelfile, spcmapfile FROM pg_backup_stop($1)', [
      awaitsArchive,
    ]);
    const [stop] = rows;
    if (start === undefined || stop === undefined) throw failed('PostgreSQL did not say where it begins and ends');
    if (stop.spcmapfile.trim() !== '') throw failed('there are tablespaces outside the data folder');
    await writeFile(join(target, 'backup_label'), stop.labelfile, { mode: 0o600 });
    files.push(await described(target, 'backup_label'));
    const { timeline, system } = start;
    const wal = { timeline, startLsn: start.lsn, endLsn: stop.lsn };
    await writeFile(join(target, manifestName), manifestText({ files, wal, system, major: of.room.programs.major }));
    for (const name of ['backup_label', manifestName]) await given(join(target, name), of.room.programs.identity);
    return { by: 'pg_backup_start', files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  } finally {
    await client.end().catch(() => {});
  }
}

interface Start {
  lsn: string;
  timeline: number;
  system: string;
}
interface Stop {
  lsn: string;
  labelfile: string;
  spcmapfile: string;
}

const startSql = `SELECT pg_backup_start('shakedown', true)::text AS lsn,
  (SELECT timeline_id FROM pg_control_checkpoint()) AS timeline, (SELECT system_identifier::text FROM pg_control_system()) AS system`;

async function copyFolder(copy: {
  from: string;
  to: string;
  within: string;
  identity: PostgresIdentity;
  files: ManifestFile[];
}): Promise<void> {
  const { from, to, within, identity, files } = copy;
  for (const entry of await readdir(join(from, within), { withFileTypes: true })) {
    const path = within === '' ? entry.name : `${within}/${entry.name}`;
    if (leftOut.test(entry.name) || path === controlFile) continue;
    if (entry.isSymbolicLink()) throw failed(`${path} is a link to data elsewhere`);
    if (entry.isDirectory()) {
      await ownFolder(join(to, path), identity);
      if (emptied.includes(path)) {
        if (path === 'pg_wal') await ownFolder(join(to, path, 'archive_status'), identity);
      } else await copyFolder({ ...copy, within: path });
    } else if (entry.isFile()) {
      // What is dropped meanwhile is not needed: the WAL says that it was dropped.
      const file = await copyOne(from, to, path, identity).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (file !== null) files.push(file);
    }
  }
}

async function copyOne(from: string, to: string, path: string, identity: PostgresIdentity): Promise<ManifestFile> {
  await copyFile(join(from, path), join(to, path));
  await given(join(to, path), identity);
  return described(to, path);
}

async function given(file: string, { uid, gid }: PostgresIdentity): Promise<void> {
  if (uid !== undefined) await chown(file, uid, gid ?? uid);
}

/** As it is in the copy. */
async function described(folder: string, path: string): Promise<ManifestFile> {
  const file = join(folder, path);
  const [bytes, { mtime }] = await Promise.all([readFile(file), stat(file)]);
  return { path, bytes: bytes.length, modified: mtime, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function failed(why: string): ShakedownError {
  return new ShakedownError('BACKUP_FAILED', `The base backup could not be made: ${why}.`, {
    hint: 'Look at the log of the primary in the evidence of the rehearsal.',
  });
}
