import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ShakedownError } from '../../model/error.ts';
import type { RecordedSession, RecordingManifest } from '../../model/traffic.ts';

/** Sessions that follow on each other, as lines of their shard: what is read, and worked on, at a time. */
export interface SessionBatch {
  /** Path of the shard, and its name in the recording. */
  file: string;
  name: string;
  /** Of the first line, from 1. */
  line: number;
  /** Position of the first session in the recording, from 0. */
  session: number;
  sessions: number;
  /** UTF-8, each line with its end, but perhaps the last. */
  text: Uint8Array;
}

/** A batch ends with the line that reaches either, so that the same recording is always cut in the same way. */
const batchBytes = 128 * 1024;
const batchSessions = 256;

/** Batches of a shard, while its packed bytes are added to `hash`. */
async function* readShard(file: string, session: number, hash: Hash): AsyncGenerator<SessionBatch> {
  const source = createReadStream(file);
  const plain = createGunzip({ chunkSize: 128 * 1024 });
  source.on('data', (chunk) => hash.update(chunk));
  const piped = pipeline(source, plain);
  piped.catch(() => {}); // the reader of `plain` meets the same error
  let line = 1;
  let sessions = 0;
  let bytes = 0;
  let held: Buffer[] = [];
  const take = (): SessionBatch => {
    const batch = {
      file,
      name: basename(file),
      line,
      session: session + line - 1,
      sessions,
      text: Buffer.concat(held),
    };
    line += sessions;
    sessions = 0;
    bytes = 0;
    held = [];
    return batch;
  };
  try {
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, end + 1)) {
        sessions++;
        if (bytes + end + 1 - from < batchBytes && sessions < batchSessions) continue;
        held.push(chunk.subarray(from, end + 1));
        yield take();
        from = end + 1;
      }
      held.push(chunk.subarray(from));
      bytes += chunk.length - from;
    }
    if (bytes === 0) return;
    if (held.at(-1)?.at(-1) !== 10) sessions++;
    yield take();
  } catch (cause) {
    throw damaged(file, line, cause);
  } finally {
    source.destroy(); // closes the file when the reader stops early
  }
}

/**
 * Streams a recording in order, some sessions at a time, unparsed.
 * @throws ShakedownError TRAFFIC_FORMAT when a shard is missing, was changed since the manifest was written, or is damaged
 */
export async function* readBatches(folder: string, manifest: RecordingManifest): AsyncGenerator<SessionBatch> {
  let session = 0;
  for (const shard of manifest.shards) {
    const file = join(folder, shard.file);
    const hash = createHash('sha256');
    for await (const batch of readShard(file, session, hash)) {
      session = batch.session + batch.sessions;
      yield batch;
    }
    if (hash.digest('hex') !== shard.sha256) {
      throw new ShakedownError('TRAFFIC_FORMAT', `${file} was changed after the recording was written.`, {
        hint: 'Import and anonymize the recording again, so that the leak scan covers what is replayed.',
      });
    }
  }
}

/**
 * Sessions of a batch, parsed one at a time.
 * @throws ShakedownError TRAFFIC_FORMAT when a line is no session
 */
export function* sessionsOf({ file, line, text: bytes }: SessionBatch): Generator<RecordedSession> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let number = line;
  for (let from = 0; from < text.length; number++) {
    const newline = text.indexOf(10, from);
    const end = newline < 0 ? text.length : newline;
    let session: RecordedSession;
    try {
      session = JSON.parse(text.toString('utf8', from, end)) as RecordedSession;
    } catch (cause) {
      throw damaged(file, number, cause);
    }
    yield session;
    from = end + 1;
  }
}

function damaged(file: string, line: number, cause: unknown): ShakedownError {
  return new ShakedownError('TRAFFIC_FORMAT', `${file}, line ${line}: damaged recording.`, {
    hint: 'Import the recording again.',
    cause,
  });
}
