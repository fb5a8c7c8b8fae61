import { readFile } from 'node:fs/promises';

/** The living process that a run's lock file names; null when there is none. */
export async function lockedBy(lock: string): Promise<number | null> {
  let pid: unknown;
  try {
    pid = (JSON.parse(await readFile(lock, 'utf8')) as { pid?: unknown }).pid;
    if (typeof pid !== 'number') return null;
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // Of another user, but alive.
    return (error as NodeJS.ErrnoException).code === 'EPERM' && typeof pid === 'number' ? pid : null;
  }
}
