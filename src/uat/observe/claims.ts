import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Claim = (key: string) => boolean;

/**
 * So that two workers, and a worker begun after a failure, do not check the same page again.
 * @param folder shared by all workers; null: this process only
 * @returns true for the first who asks for a key
 */
export function claims(folder: string | null): Claim {
  const own = new Set<string>();
  return (key) => {
    if (own.has(key)) return false;
    own.add(key);
    if (folder === null) return true;
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, createHash('sha256').update(key).digest('hex').slice(0, 24)), '', { flag: 'wx' });
      return true;
    } catch (error) {
      // Where nothing can be written, a page is better checked twice than never.
      return (error as NodeJS.ErrnoException).code !== 'EEXIST';
    }
  };
}
