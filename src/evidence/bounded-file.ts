import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Why a file was not read; the message stands within a sentence: `there is no such file`. */
export class NotRead extends Error {
  readonly kind: 'missing' | 'no file' | 'too large' | 'failed';
  constructor(kind: NotRead['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

const mb = (bytes: number) => Math.ceil(bytes / 2 ** 20);

/**
 * A file that somebody else wrote, whole and within a bound. A pipe or a device, which would be waited for without end, is none.
 * @throws NotRead
 */
export async function readBounded(file: string, mostBytes: number): Promise<Buffer> {
  // Opening a pipe without O_NONBLOCK waits for who writes to it.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') throw new NotRead('missing', 'there is no such file', cause);
      throw new NotRead('failed', `it cannot be read (${cause.code ?? cause.message})`, cause);
    },
  );
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new NotRead('no file', 'it is no file');
    const tooLarge = (size: number) =>
      new NotRead('too large', `it has ${mb(size)} MB, more than ${Math.max(1, Math.floor(mostBytes / 2 ** 20))}`);
    if (found.size > mostBytes) throw tooLarge(found.size);
    const chunks: Buffer[] = [];
    let size = 0;
    // It may grow while it is read.
    for await (const chunk of handle.createReadStream({ autoClose: false, start: 0, end: mostBytes })) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
    }
    if (size > mostBytes) throw tooLarge(size);
    return Buffer.concat(chunks, size);
  } catch (cause) {
    if (cause instanceof NotRead) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new NotRead('failed', `it cannot be read (${code ?? message})`, cause);
  } finally {
    await handle.close();
  }
}
