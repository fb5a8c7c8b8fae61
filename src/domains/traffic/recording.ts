import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { replaceFile } from '../../evidence/atomic-file.ts';
import { readBounded } from '../../evidence/bounded-file.ts';
import { ShakedownError } from '../../model/error.ts';
import type { RecordedSession, RecordingManifest, RecordingShard } from '../../model/traffic.ts';
import { readBatches, sessionsOf } from './batches.ts';

const manifestName = 'recording.json';
const sessionsPerShard = 50_000;
const writeLength = 128 * 1024;

/** Digest over the shards' digests, in order; what a passed leak scan is bound to. */
export function shardsSha256(shards: readonly RecordingShard[]): string {
  const hash = createHash('sha256');
  for (const shard of shards) hash.update(`${shard.file} ${shard.sha256}\n`);
  return hash.digest('hex');
}

/** For commands that write a recording, unless they are told to replace one. @throws ShakedownError TRAFFIC_EXISTS */
export async function refuseExisting(folder: string): Promise<void> {
  const exists = await access(join(folder, manifestName)).then(
    () => true,
    () => false,
  );
  if (!exists) return;
  throw new ShakedownError('TRAFFIC_EXISTS', `${folder} holds a recording already.`, {
    hint: 'Name another folder with --out, or replace it with --force.',
  });
}

const manifestBytesAtMost = 64 * 1024 * 1024;

/**
 * Reads `recording.json` of a recording folder.
 * @throws ShakedownError TRAFFIC_NOT_FOUND, TRAFFIC_FORMAT
 */
export async function readManifest(folder: string): Promise<RecordingManifest> {
  const file = join(folder, manifestName);
  let text: string;
  try {
    text = (await readBounded(file, manifestBytesAtMost)).toString('utf8');
  } catch (cause) {
    throw new ShakedownError('TRAFFIC_NOT_FOUND', `No recording at ${folder}: ${manifestName} cannot be read.`, {
      hint: 'Make one with `shakedown traffic import <files…> --out <folder>`.',
      cause,
    });
  }
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (cause) {
    throw new ShakedownError('TRAFFIC_FORMAT', `${file} is not JSON.`, { hint: 'Import the recording again.', cause });
  }
  if (
    typeof manifest !== 'object' ||
    manifest === null ||
    (manifest as RecordingManifest).format !== 'shakedown.traffic/1'
  ) {
    throw new ShakedownError('TRAFFIC_FORMAT', `${file} is not a recording of format shakedown.traffic/1.`, {
      hint: 'Import the recording again with this version.',
    });
  }
  const { shards, routes, privacy } = manifest as Partial<RecordingManifest>;
  if (!Array.isArray(shards) || !Array.isArray(routes) || typeof privacy?.state !== 'string') {
    throw new ShakedownError('TRAFFIC_FORMAT', `${file} is incomplete: it has no shards, routes or privacy.`, {
      hint: 'Import the recording again.',
    });
  }
  for (const shard of shards) {
    // A manifest may come from outside: a shard is a plain file name beside it, nothing else.
    if (typeof shard?.file !== 'string' || shard.file !== basename(shard.file)) {
      throw new ShakedownError(
        'TRAFFIC_FORMAT',
        `${file} names a shard outside its folder: ${JSON.stringify(shard?.file)}.`,
      );
    }
  }
  return manifest as RecordingManifest;
}

/**
 * Streams the sessions of a recording in order of `startMs`.
 * @throws ShakedownError as readBatches and sessionsOf do
 */
export async function* readSessions(folder: string, manifest: RecordingManifest): AsyncGenerator<RecordedSession> {
  for await (const batch of readBatches(folder, manifest)) yield* sessionsOf(batch);
}

function cannotWrite(folder: string, cause: unknown): ShakedownError {
  return new ShakedownError('TRAFFIC_WRITE', `Cannot write the recording to ${folder}.`, {
    hint: 'Check that the folder is writable and the disk has room.',
    cause,
  });
}

/** Waits until a stream takes more, leaving no listener behind. */
function drained(stream: Writable, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      stream.off('drain', settle);
      stream.off('close', settle);
      if (stream.destroyed) reject(cannotWrite(folder, stream.errored ?? undefined));
      else resolve();
    };
    stream.on('drain', settle);
    stream.on('close', settle);
  });
}

export interface RecordingWriter {
  /** Sessions must come in order of `startMs`. */
  write(session: RecordedSession): Promise<void>;
  /** The same for a session that is JSON already, of so many requests. */
  writeEncoded(session: string, requests: number): Promise<void>;
  /** Ends the last shard and writes the manifest; the recording exists only from then on. */
  close(rest: Omit<RecordingManifest, 'format' | 'shards' | 'sessions' | 'requests'>): Promise<RecordingManifest>;
  /** Removes what was written. */
  abort(): Promise<void>;
}

interface OpenShard {
  name: string;
  gzip: Gzip;
  file: Writable;
  hash: Hash;
  sessions: number;
  requests: number;
  /** Lines not yet given to gzip: each write to it costs a trip to another thread. */
  pending: string[];
  pendingLength: number;
  /** Until gzip has taken what it was given last; meanwhile the next is made. */
  draining: Promise<void> | undefined;
}

function beginShard(folder: string, name: string): OpenShard {
  const gzip = createGzip({ level: 6 });
  const hash = createHash('sha256');
  const file = createWriteStream(join(folder, `${name}.part`), { mode: 0o600 });
  gzip.on('data', (chunk: Buffer) => hash.update(chunk));
  gzip.pipe(file);
  file.on('error', (error) => gzip.destroy(error));
  gzip.on('error', () => file.destroy()); // surfaces in flushShard and endShard
  return { name, gzip, file, hash, sessions: 0, requests: 0, pending: [], pendingLength: 0, draining: undefined };
}

async function flushShard(shard: OpenShard, folder: string): Promise<void> {
  await shard.draining;
  shard.draining = undefined;
  if (shard.gzip.destroyed) throw cannotWrite(folder, shard.gzip.errored);
  const text = shard.pending.join('');
  shard.pending = [];
  shard.pendingLength = 0;
  if (text === '' || shard.gzip.write(text)) return;
  shard.draining = drained(shard.gzip, folder);
  shard.draining.catch(() => {}); // met by the next flush, if there is one
}

async function endShard(shard: OpenShard, folder: string): Promise<RecordingShard> {
  await flushShard(shard, folder);
  shard.gzip.end();
  try {
    await finished(shard.file);
  } catch (cause) {
    throw cannotWrite(folder, shard.gzip.errored ?? cause);
  }
  const { size } = await stat(join(folder, `${shard.name}.part`));
  const { name, sessions, requests, hash } = shard;
  return { file: name, sessions, requests, bytes: size, sha256: hash.digest('hex') };
}

/** Writes a recording folder, shard by shard. An existing recording there is replaced when `close` is reached, not before. */
export async function createRecordingWriter(folder: string): Promise<RecordingWriter> {
  let created: string | undefined;
  try {
    created = await mkdir(folder, { recursive: true });
    await removeShards(folder, (name) => name.endsWith('.part'));
  } catch (cause) {
    throw cannotWrite(folder, cause);
  }
  const shards: RecordingShard[] = [];
  const begun: string[] = [];
  let open: OpenShard | undefined;
  let sessions = 0;
  let requests = 0;

  const end = async () => {
    if (open === undefined) return;
    const shard = open;
    shards.push(await endShard(shard, folder));
    open = undefined;
  };

  const writeEncoded = async (session: string, count: number) => {
    if (open === undefined) {
      open = beginShard(folder, `sessions-${String(begun.length).padStart(5, '0')}.ndjson.gz`);
      begun.push(open.name);
    }
    open.pending.push(session, '\n');
    open.pendingLength += session.length;
    open.sessions++;
    open.requests += count;
    sessions++;
    requests += count;
    if (open.pendingLength >= writeLength) await flushShard(open, folder);
    if (open.sessions >= sessionsPerShard) await end();
  };

  return {
    write: (session) => writeEncoded(JSON.stringify(session), session.requests.length),
    writeEncoded,
    async close(rest) {
      await end();
      const manifest: RecordingManifest = { format: 'shakedown.traffic/1', ...rest, sessions, requests, shards };
      try {
        for (const shard of shards) await rename(join(folder, `${shard.file}.part`), join(folder, shard.file));
        // Routes of raw traffic may name people, as its shards do.
        const mode = manifest.privacy.state === 'raw' ? { mode: 0o600 } : {};
        await replaceFile(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, mode);
        await removeShards(folder, (name) => !begun.includes(name));
      } catch (cause) {
        throw cannotWrite(folder, cause);
      }
      return manifest;
    },
    async abort() {
      if (open !== undefined) {
        open.gzip.destroy();
        open.file.destroy();
        await finished(open.file).catch(() => {});
      }
      for (const name of begun) await rm(join(folder, `${name}.part`), { force: true });
      // A folder made for this recording goes with it; one that was there stays. One that is not empty stays too.
      if (created !== undefined) await rmdir(folder).catch(() => {});
    },
  };
}

/** Removes shards of the recording that was replaced, where it had more of them, or those that a killed writer has left. */
async function removeShards(folder: string, isStale: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^sessions-\d{5,}\.ndjson\.gz(?:\.part)?$/.test(name) && isStale(name)) await rm(join(folder, name));
  }
}
