import { access, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockedBy } from './lock.ts';

const runName = /^\d{4}-\d{2}-\d{2}T\d{4}-[0-9a-f]{4}$/;

/**
 * Removes the oldest runs under `base`, so that `keep` stay. Only folders that are runs by name and by their journal are
 * counted and removed, and none that a living process has locked.
 * @returns names of the removed, oldest first
 */
export async function pruneRuns(base: string, keep: number): Promise<string[]> {
  const runs: string[] = [];
  for (const name of (await readdir(base).catch(() => [])).sort()) {
    if (runName.test(name) && (await exists(join(base, name, 'journal.ndjson')))) runs.push(name);
  }
  const removed: string[] = [];
  for (const name of runs.slice(0, Math.max(0, runs.length - keep))) {
    if ((await lockedBy(join(base, name, 'lock.json'))) !== null) continue;
    await rm(join(base, name), { recursive: true, force: true });
    removed.push(name);
  }
  return removed;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
