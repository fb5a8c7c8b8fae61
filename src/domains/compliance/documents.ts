import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** What a document is worth on a day; `why` is empty where it counts. */
export async function documentWorth(
  { file, sha256, expires }: { file: string; sha256: string; expires: string },
  today: string,
): Promise<{ counts: boolean; why: string }> {
  const hash = createHash('sha256');
  try {
    // A pipe would be waited for without end.
    if (!(await stat(file)).isFile()) return { counts: false, why: 'it is no file' };
    await pipeline(createReadStream(file), hash);
  } catch (cause) {
    return {
      counts: false,
      why: `it cannot be read: ${(cause as NodeJS.ErrnoException).code ?? (cause as Error).message}`,
    };
  }
  const found = hash.digest('hex');
  if (found !== sha256)
    return { counts: false, why: `it is not what was approved: its digest is ${found.slice(0, 12)}…` };
  if (expires < today) return { counts: false, why: `it counted until ${expires}` };
  return { counts: true, why: '' };
}
