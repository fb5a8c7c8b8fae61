import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { filesMatching } from '../glob.ts';

/** The clock of a file system is coarser than that of the machine. */
const clockMs = 2000;

/** Files that a pattern fits, with what shows whether they were written since. */
export type Snapshot = ReadonlyMap<string, string>;

async function look(
  folder: string,
  patterns: readonly string[],
): Promise<Map<string, { mark: string; writtenMs: number }>> {
  const found = new Map<string, { mark: string; writtenMs: number }>();
  for (const pattern of patterns) {
    for (const path of await filesMatching(folder, pattern)) {
      const entry = await stat(resolve(folder, path), { bigint: true }).catch(() => null);
      if (entry !== null)
        found.set(path, { mark: `${entry.ino} ${entry.size} ${entry.mtimeNs}`, writtenMs: Number(entry.mtimeMs) });
    }
  }
  return found;
}

export async function snapshot(folder: string, patterns: readonly string[]): Promise<Snapshot> {
  return new Map([...(await look(folder, patterns))].map(([path, { mark }]) => [path, mark]));
}

/**
 * Which files were written since. One that is as it was before, or that is said to be older than the start, is stale: it is another run's.
 * @param before taken when the command was about to start
 */
export async function writtenSince(
  folder: string,
  patterns: readonly string[],
  before: Snapshot,
  startedAtMs: number,
): Promise<{ fresh: string[]; stale: string[] }> {
  const fresh: string[] = [];
  const stale: string[] = [];
  for (const [path, { mark, writtenMs }] of await look(folder, patterns))
    (before.get(path) !== mark && writtenMs >= startedAtMs - clockMs ? fresh : stale).push(path);
  return { fresh, stale };
}
