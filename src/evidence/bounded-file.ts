import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** Why a file was not read; the message stands within a sentence: `there is no such file`. */
export class NotRead extends Error {
  readonly kind: 'missing' | 'no file' | 'too large' | 'failed';
  constructor(kind: NotRead['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

// Opening a pipe without O_NONBLOCK waits for who writes to it.
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

function notOpened(cause: NodeJS.ErrnoException): NotRead {
  if (cause.code === 'ENOENT') return new NotRead('missing', 'there is no such file', cause);
  return notRead(cause);
}

function notRead(cause: NodeJS.ErrnoException): NotRead {
  return new NotRead('failed', `it cannot be read (${cause.code ?? cause.message})`, cause);
}

function refuseOther(found: { isFile(): boolean; isDirectory(): boolean; size: number }, mostBytes: number): void {
  if (found.isDirectory()) throw new NotRead('no file', 'it is a folder');
  if (!found.isFile()) throw new NotRead('no file', 'it is no file');
  refuseLarger(found.size, mostBytes);
}

function refuseLarger(size: number, mostBytes: number): void {
  if (size <= mostBytes) return;
  const [unit, bytes] = mostBytes < 2 ** 20 ? ['KB', 2 ** 10] : ['MB', 2 ** 20];
  const most = Math.max(1, Math.floor(mostBytes / bytes));
  throw new NotRead('too large', `it has ${Math.ceil(size / bytes)} ${unit}, more than ${most}`);
}

/**
 * A file that somebody else wrote, whole and within a bound. A pipe or a device, which would be waited for without end, is none.
 * @throws NotRead
 */
export async function readBounded(file: string, mostBytes: number): Promise<Buffer> {
  const handle = await open(file, flags).catch((cause: NodeJS.ErrnoException) => {
    throw notOpened(cause);
  });
  try {
    refuseOther(await handle.stat(), mostBytes);
    const chunks: Buffer[] = [];
    let size = 0;
    // It may grow while it is read.
    for await (const chunk of handle.createReadStream({ autoClose: false, start: 0, end: mostBytes })) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
    }
    refuseLarger(size, mostBytes);
    return Buffer.concat(chunks, size);
  } catch (cause) {
    throw cause instanceof NotRead ? cause : notRead(cause as NodeJS.ErrnoException);
  } finally {
    await handle.close();
  }
}

const chunkBytes = 64 * 1024;

/** The same where nothing can be waited for. @throws NotRead */
export function readBoundedSync(file: string, mostBytes: number): Buffer {
  let handle: number;
  try {
    handle = openSync(file, flags);
  } catch (cause) {
    throw notOpened(cause as NodeJS.ErrnoException);
  }
  try {
    refuseOther(fstatSync(handle), mostBytes);
    const chunks: Buffer[] = [];
    let size = 0;
    // It may grow while it is read.
    for (;;) {
      const chunk = Buffer.alloc(chunkBytes);
      const read = readSync(handle, chunk);
      if (read === 0) return Buffer.concat(chunks, size);
      chunks.push(chunk.subarray(0, read));
      size += read;
      refuseLarger(size, mostBytes);
    }
  } catch (cause) {
    throw cause instanceof NotRead ? cause : notRead(cause as NodeJS.ErrnoException);
  } finally {
    closeSync(handle);
  }
}
