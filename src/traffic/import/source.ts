import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { ShakedownError } from '../../model/error.ts';

const headBytes = 256 * 1024;
// Deflate expands at most about 1,032 times, so a piece of this size bounds what one step can produce to 16 MB.
const gzipPieceBytes = 16 * 1024;

export interface Source {
  file: string;
  gzip: boolean;
  totalBytes: number;
  /** Bytes of the file read so far. */
  readBytes: () => number;
  /** Set once the end is reached: why a gzip stream could not be read to its end. */
  broken: () => string | undefined;
  /** The first bytes of the (unpacked) content, for recognising the format. */
  head: Buffer;
  /** The whole (unpacked) content, head included, without a byte order mark. */
  chunks: AsyncGenerator<Buffer>;
}

/**
 * Opens a file, unpacking gzip (recognised by its magic bytes; several members are read as one).
 * @throws ShakedownError TRAFFIC_NOT_FOUND, TRAFFIC_EMPTY
 */
export async function openSource(file: string, signal: AbortSignal | undefined): Promise<Source> {
  let totalBytes: number;
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new Error('is a folder');
    totalBytes = found.size;
  } catch (cause) {
    throw new ShakedownError('TRAFFIC_NOT_FOUND', `Cannot read ${file}: ${(cause as Error).message}.`, {
      hint: 'Name recorded traffic files: access logs, HAR, GoReplay or NDJSON.',
      cause,
    });
  }
  const state = { read: 0, broken: undefined as string | undefined };
  const raw = readFileChunks(file, state, signal);
  const first = await raw.next();
  if (first.done) throw emptyFile(file);
  const gzip = first.value[0] === 0x1f && first.value[1] === 0x8b;
  const whole = prepend([first.value], raw);
  const content = gzip ? gunzip(whole, state) : whole;

  const held: Buffer[] = [];
  let size = 0;
  while (size < headBytes) {
    const next = await content.next();
    if (next.done) break;
    held.push(next.value);
    size += next.value.length;
  }
  let head = Buffer.concat(held);
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) head = head.subarray(3);
  if (head.length === 0) throw emptyFile(file, state.broken);
  return {
    file,
    gzip,
    totalBytes,
    readBytes: () => state.read,
    broken: () => state.broken,
    head: head.subarray(0, headBytes),
    chunks: prepend([head], content),
  };
}

function emptyFile(file: string, broken?: string): ShakedownError {
  const why = broken === undefined ? 'is empty' : `holds nothing that can be unpacked (${broken})`;
  return new ShakedownError('TRAFFIC_EMPTY', `${file} ${why}.`, { hint: 'Leave it out, or record it again.' });
}

async function* prepend(first: Buffer[], rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* rest;
}

async function* readFileChunks(
  file: string,
  state: { read: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(file, { highWaterMark: 512 * 1024 }) as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    state.read += chunk.length;
    yield chunk;
  }
}

/** Unpacks piece by piece, so that everything before a break is kept: a piped stream would throw it away. */
async function* gunzip(packed: AsyncGenerator<Buffer>, state: { broken: string | undefined }): AsyncGenerator<Buffer> {
  const unzip = createGunzip({ chunkSize: 128 * 1024 });
  let unpacked: Buffer[] = [];
  unzip.on('data', (chunk: Buffer) => unpacked.push(chunk));
  unzip.on('error', (error: NodeJS.ErrnoException) => {
    state.broken ??=
      error.code === 'Z_BUF_ERROR' ? 'gzip stream is truncated' : `gzip stream is damaged: ${error.message}`;
  });
  try {
    for await (const chunk of packed) {
      for (let at = 0; at < chunk.length && state.broken === undefined; at += gzipPieceBytes) {
        await new Promise<void>((resolve) => {
          unzip.once('close', resolve);
          unzip.write(chunk.subarray(at, at + gzipPieceBytes), () => {
            unzip.off('close', resolve);
            resolve();
          });
        });
        yield* unpacked.splice(0);
      }
    }
    if (state.broken === undefined) {
      unzip.end();
      if (!unzip.readableEnded && !unzip.destroyed) await once(unzip, 'close');
    }
    yield* unpacked;
    unpacked = [];
  } finally {
    unzip.destroy();
  }
}
