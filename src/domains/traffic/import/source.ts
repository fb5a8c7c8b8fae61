import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { ShakedownError } from '../../../model/error.ts';

const headBytes = 256 * 1024;
const maxFirstLineBytes = 10 * 1024 * 1024;
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
  /** The first bytes of the (unpacked) content, at least a line where it is no longer than 10 MB, for recognising the format. */
  head: Buffer;
  /** The whole (unpacked) content, head included, without a byte order mark. */
  chunks: AsyncGenerator<Buffer>;
  /** Closes the file, read to its end or not. */
  close: () => Promise<void>;
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
  let hasLine = false;
  while (size < headBytes || (!hasLine && size < maxFirstLineBytes)) {
    const next = await content.next();
    if (next.done) break;
    held.push(next.value);
    size += next.value.length;
    hasLine ||= next.value.includes(10);
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
    head: head.subarray(0, Math.max(headBytes, head.indexOf(10) + 1)),
    chunks: prepend([head], content),
    close: async () => {
      await content.return(undefined);
    },
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
  const closed = new Promise<void>((resolve) => unzip.once('close', resolve));
  try {
    for await (const chunk of packed) {
      for (let at = 0; at < chunk.length && state.broken === undefined; at += gzipPieceBytes) {
        const piece = chunk.subarray(at, at + gzipPieceBytes);
        // A broken stream closes and may never call back.
        await new Promise<void>((resolve) => {
          unzip.once('close', resolve);
          unzip.write(piece, () => {
            unzip.off('close', resolve);
            resolve();
          });
        });
        yield* unpacked.splice(0);
      }
    }
    if (state.broken === undefined) {
      unzip.end();
      await closed;
    }
    yield* unpacked;
    unpacked = [];
  } finally {
    unzip.destroy();
  }
}
