import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Claim {
  (key: string): boolean;
  /** Releases a key for the next one who asks: its page was left before it was checked. */
  release(key: string): void;
}

/**
 * So that two workers, and a worker begun after a failure, do not check the same page again.
 * @param folder shared by all workers; null: this process only
 * @returns true for the first who asks for a key
 */
export function claims(folder: string | null): Claim {
  const own = new Set<string>();
  const fileOf = (key: string) =>
    folder === null ? null : join(folder, createHash('sha256').update(key).digest('hex').slice(0, 24));
  const claim = (key: string) => {
    if (own.has(key)) return false;
    own.add(key);
    const file = fileOf(key);
    if (file === null) return true;
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, '', { flag: 'wx' });
      return true;
    } catch (error) {
      // Where nothing can be written, a page is better checked twice than never.
      return (error as NodeJS.ErrnoException).code !== 'EEXIST';
    }
  };
  return Object.assign(claim, {
    release(key: string) {
      own.delete(key);
      const file = fileOf(key);
      if (file !== null) rmSync(file, { force: true });
    },
  });
}
