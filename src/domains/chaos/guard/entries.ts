import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isPart, replaceFile } from '../../../evidence/atomic-file.ts';
import type { UndoStep } from '../undo.ts';

/** One entry of the undo list, as it is on disk: a file of its own, named by its place in the order. */
export interface StoredEntry {
  /** `000001`, in the order in which they were added. */
  id: string;
  title: string;
  steps: UndoStep[];
  /** When it is to be undone at the latest, by `monotonicMs`; absent: when the harness says so, or is gone. */
  untilMs?: number;
  /** The same while the harness runs, where it has something to do first, such as the proof; absent: `untilMs`. */
  busyUntilMs?: number;
}

/** Milliseconds since the machine started, the same in every process (CLOCK_MONOTONIC). */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/** Makes the folder of a list, for this user alone. */
export async function makeListFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** The entry is on disk, name and content, when this resolves. */
export async function writeEntry(folder: string, entry: StoredEntry): Promise<void> {
  await writeDurably(folder, `${entry.id}.json`, JSON.stringify(entry));
}

/** Writes a file for this user alone that outlives a power cut. */
export async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  await replaceFile(join(folder, name), text, { mode: 0o600, durable: true });
}

/** Whether the entry is still to be undone. */
export async function isOnList(folder: string, id: string): Promise<boolean> {
  return access(join(folder, `${id}.json`)).then(
    () => true,
    () => false,
  );
}

export async function removeEntry(folder: string, id: string): Promise<void> {
  await rm(join(folder, `${id}.json`), { force: true });
}

/** Takes away an empty list; one that still holds entries stays. */
export async function removeListFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (isPart(name)) await rm(join(folder, name), { force: true });
  }
  await rmdir(folder).catch(() => {});
}

/**
 * The entries of a list, last first. Files that others could have written are not read: they hold commands.
 * @returns also why files were passed over
 */
export async function readEntries(folder: string): Promise<{ entries: StoredEntry[]; refused: string[] }> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^\d{6}\.json$/.test(name)).sort();
  const entries: StoredEntry[] = [];
  const refused: string[] = [];
  for (const name of names.reverse()) {
    const path = join(folder, name);
    try {
      const entry: unknown = JSON.parse(await readOwn(path));
      if (!isEntry(entry) || `${entry.id}.json` !== name) throw new Error('is no entry of an undo list');
      entries.push(entry);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') refused.push(`${path}: ${(error as Error).message}`);
    }
  }
  return { entries, refused };
}

/**
 * Text of a file that nobody but this user can have written: a plain file, no link, its owner, mode 0600 or less.
 * @throws Error saying what is wrong
 */
export async function readOwn(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const about = await file.stat();
    if (!about.isFile()) throw new Error('is no plain file');
    if (about.uid !== process.getuid?.()) throw new Error('belongs to another user');
    if ((about.mode & 0o077) !== 0) throw new Error('may be read or written by others');
    if (about.size > 1_000_000) throw new Error('is larger than 1 MB');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function isEntry(value: unknown): value is StoredEntry {
  if (!isObject(value) || typeof value.id !== 'string' || typeof value.title !== 'string') return false;
  const moments = [value.untilMs, value.busyUntilMs];
  if (moments.some((one) => one !== undefined && !Number.isFinite(one))) return false;
  return Array.isArray(value.steps) && value.steps.every(isStep);
}

function isStep(step: unknown): step is UndoStep {
  if (!isObject(step)) return false;
  const { kind } = step;
  if (kind === 'signal') {
    const known = ['SIGCONT', 'SIGTERM', 'SIGKILL'].includes(String(step.signal));
    return known && Number.isSafeInteger(step.startTicks) && Number.isSafeInteger(step.pid) && Number(step.pid) > 1;
  }
  if (kind === 'command') {
    const { argv, okExits } = step;
    const whole = Array.isArray(argv) && argv.length > 0 && argv.every((one) => typeof one === 'string');
    return whole && Array.isArray(okExits) && okExits.every((one) => Number.isSafeInteger(one));
  }
  if (kind === 'http') {
    const { method, url, body, okStatuses } = step;
    const right = method === 'POST' || method === 'DELETE';
    return right && isAddress(url) && (body === null || typeof body === 'string') && Array.isArray(okStatuses);
  }
  if (kind === 'toxic') {
    const { url, proxy, toxic } = step;
    const known = isObject(proxy) ? [toxic, proxy.name, proxy.listen, proxy.upstream] : [null];
    return isAddress(url) && known.every((one) => typeof one === 'string' && one !== '');
  }
  if (!isAbsolute(step.path)) return false;
  if (kind === 'leave-cgroup') return isAbsolute(step.to);
  return kind === 'remove' || (kind === 'write' && typeof step.text === 'string');
}

function isAddress(url: unknown): boolean {
  return typeof url === 'string' && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function isAbsolute(path: unknown): boolean {
  return typeof path === 'string' && path.startsWith('/');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
