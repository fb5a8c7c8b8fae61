import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough, type Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { ShakedownError } from '../model/error.ts';
import type { RecordedSession, RecordingManifest, RecordingShard } from '../model/traffic.ts';

const manifestName = 'recording.json';
const sessionsPerShard = 50_000;

/** Digest over the shards' digests, in order; what a passed leak scan is bound to. */
export function shardsSha256(shards: readonly RecordingShard[]): string {
  const hash = createHash('sha256');
  for (const shard of shards) hash.update(`${shard.file} ${shard.sha256}\n`);
  return hash.digest('hex');
}

/**
 * Reads `recording.json` of a recording folder.
 * @throws ShakedownError TRAFFIC_NOT_FOUND, TRAFFIC_FORMAT
 */
export async function readManifest(folder: string): Promise<RecordingManifest> {
  const file = join(folder, manifestName);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
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
  for (const shard of (manifest as RecordingManifest).shards) {
    // A manifest may come from outside: a shard is a plain file name beside it, nothing else.
    if (shard.file !== basename(shard.file)) {
      throw new ShakedownError(
        'TRAFFIC_FORMAT',
        `${file} names a shard outside its folder: ${JSON.stringify(shard.file)}.`,
      );
    }
  }
  return manifest as RecordingManifest;
}

/**
 * Streams the sessions of a recording in order of `startMs`, one in memory at a time.
 * @throws ShakedownError TRAFFIC_FORMAT when a shard is missing, was changed since the manifest was written, or is damaged
 */
export async function* readSessions(folder: string, manifest: RecordingManifest): AsyncGenerator<RecordedSession> {
  for (const shard of manifest.shards) {
    const file = join(folder, shard.file);
    const hash = createHash('sha256');
    const plain = new PassThrough();
    const read = pipeline(
      createReadStream(file),
      async function* digest(chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      createGunzip(),
      plain,
    );
    read.catch(() => {}); // reported below, where the reader stops
    let line = 0;
    try {
      for await (const text of createInterface({ input: plain, crlfDelay: Number.POSITIVE_INFINITY })) {
        line++;
        if (text !== '') yield JSON.parse(text) as RecordedSession;
      }
      await read;
    } catch (cause) {
      throw new ShakedownError('TRAFFIC_FORMAT', `${file}, line ${line}: damaged recording.`, {
        hint: 'Import the recording again.',
        cause,
      });
    }
    if (hash.digest('hex') !== shard.sha256) {
      throw new ShakedownError('TRAFFIC_FORMAT', `${file} was changed after the recording was written.`, {
        hint: 'Import and anonymize the recording again, so that the leak scan covers what is replayed.',
      });
    }
  }
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
  /** Ends the last shard and writes the manifest; the recording exists only from then on. */
  close(rest: Omit<RecordingManifest, 'format' | 'shards' | 'sessions' | 'requests'>): Promise<RecordingManifest>;
  /** Removes what was written. */
  abort(): Promise<void>;
}

/** Writes a recording folder, shard by shard. An existing recording there is replaced when `close` is reached, not before. */
export async function createRecordingWriter(folder: string): Promise<RecordingWriter> {
  await mkdir(folder, { recursive: true });
  const shards: RecordingShard[] = [];
  let open:
    | { name: string; gzip: Writable; file: Writable; hash: Hash; sessions: number; requests: number }
    | undefined;
  let sessions = 0;
  let requests = 0;

  const begin = () => {
    const name = `sessions-${String(shards.length).padStart(5, '0')}.ndjson.gz`;
    const gzip = createGzip({ level: 6 });
    const hash = createHash('sha256');
    const file = createWriteStream(join(folder, `${name}.part`));
    gzip.on('data', (chunk: Buffer) => hash.update(chunk));
    gzip.pipe(file);
    file.on('error', (error) => gzip.destroy(error));
    gzip.on('error', () => {}); // surfaces in write() and end()
    return { name, gzip, file, hash, sessions: 0, requests: 0 };
  };
  const end = async () => {
    if (open === undefined) return;
    const shard = open;
    open = undefined;
    shard.gzip.end();
    await finished(shard.file);
    const { size } = await stat(join(folder, `${shard.name}.part`));
    shards.push({
      file: shard.name,
      sessions: shard.sessions,
      requests: shard.requests,
      bytes: size,
      sha256: shard.hash.digest('hex'),
    });
  };

  return {
    async write(session) {
      open ??= begin();
      const { gzip } = open;
      open.sessions++;
      open.requests += session.requests.length;
      sessions++;
      requests += session.requests.length;
      if (gzip.destroyed) throw cannotWrite(folder, gzip.errored);
      if (!gzip.write(`${JSON.stringify(session)}\n`)) {
        await drained(gzip, folder);
      }
      if (open.sessions >= sessionsPerShard) await end();
    },
    async close(rest) {
      await end();
      const manifest: RecordingManifest = { format: 'shakedown.traffic/1', ...rest, sessions, requests, shards };
      for (const shard of shards) await rename(join(folder, `${shard.file}.part`), join(folder, shard.file));
      await writeFile(join(folder, `${manifestName}.part`), `${JSON.stringify(manifest, null, 2)}\n`);
      await rename(join(folder, `${manifestName}.part`), join(folder, manifestName));
      return manifest;
    },
    async abort() {
      open?.gzip.destroy();
      open?.file.destroy();
      const names = [...shards.map((shard) => shard.file), ...(open ? [open.name] : [])];
      for (const name of names) await rm(join(folder, `${name}.part`), { force: true });
    },
  };
}
