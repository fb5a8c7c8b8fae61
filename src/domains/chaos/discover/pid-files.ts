import { type Dirent, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where programs of the system keep their pid. */
const systemFolder = '/run';
const largestBytes = 4_096;
const depth = 2;
const skipped: ReadonlySet<string> = new Set(['node_modules', 'user', 'udev', 'lock']);

/**
 * Files that hold the pid of a process, by pid: under /run, in the folder that it runs in (as PostgreSQL's is), and in the project's.
 * @param pids processes that one is looked for
 * @param project folder of the project
 */
export function pidFiles(pids: ReadonlySet<number>, project: string): Map<number, string> {
  const found = new Map<number, string>();
  const note = (file: string) => {
    const pid = pidIn(file);
    if (pid !== null && pids.has(pid) && !found.has(pid)) found.set(pid, file);
  };
  for (const file of [...filesUnder(systemFolder, depth), ...filesUnder(project, depth)]) note(file);
  for (const pid of pids) if (!found.has(pid)) for (const file of filesUnder(folderOf(pid), 1)) note(file);
  return found;
}

function filesUnder(folder: string | null, levels: number): string[] {
  if (folder === null) return [];
  return entries(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return entry.name.endsWith('.pid') ? [path] : [];
    const isHidden = entry.name.startsWith('.') || skipped.has(entry.name);
    return entry.isDirectory() && levels > 1 && !isHidden ? filesUnder(path, levels - 1) : [];
  });
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** null: not known to this user. */
function folderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/** What comes after the first line is the program's own, as PostgreSQL has it. */
function pidIn(file: string): number | null {
  try {
    if (statSync(file).size > largestBytes) return null;
    const [first = ''] = readFileSync(file, 'utf8').split('\n');
    return /^\s*\d+\s*$/.test(first) ? Number(first) : null;
  } catch {
    return null;
  }
}
