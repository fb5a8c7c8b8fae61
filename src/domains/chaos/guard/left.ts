import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, lives, type ProcessIdentity } from '../../../evidence/process.ts';
import { linkStatOf } from '../../../evidence/stat.ts';
import { readOwn } from './entries.ts';
import { type OwnerState, ownerIn, ownOwner, stateOf } from './owner.ts';

/** By this name in their environment the processes are known that an action started, and all that those started. */
const markName = 'SHAKEDOWN_LEFT';
const pollMs = 50;
/** After which a process that was asked to end is killed. */
const patienceMs = 1000;

/** Something of a run that outlives a harness which is killed: what an action started, or a folder of temporary files. */
export interface Left {
  /** File of the registry. */
  pointer: string;
  kind: 'processes' | 'folder';
  /** For people: the action's name, or the folder. */
  title: string;
  /** Mark in the environment of the processes, or path of the folder. */
  what: string;
  startedAt: string;
  state: OwnerState;
  host: string;
}

/** Written down until `settle`. */
export interface Noted {
  /** What the processes must have in their environment. */
  environment: Record<string, string>;
  settle(): void;
}

/**
 * Writes down that an action is about to start processes, so that `shakedown chaos clean` finds them if this process is killed.
 * @param registry folder; where it cannot be written the action is run all the same, as it only would not be found
 */
export function noteProcesses(registry: string, title: string): Noted {
  const mark = randomBytes(8).toString('hex');
  return { environment: { [markName]: mark }, settle: note(registry, 'processes', title, mark) };
}

/** The same for a folder of temporary files. @returns to be called when it is gone */
export function noteFolder(registry: string, folder: string): () => void {
  return note(registry, 'folder', folder, folder);
}

function note(registry: string, kind: Left['kind'], title: string, what: string): () => void {
  const pointer = join(registry, `${randomBytes(8).toString('hex')}.json`);
  try {
    mkdirSync(registry, { recursive: true, mode: 0o700 });
    const entry = { ...ownOwner(), kind, title, what, startedAt: new Date().toISOString() };
    writeFileSync(pointer, JSON.stringify(entry), { mode: 0o600, flag: 'wx' });
  } catch {
    return () => {};
  }
  return () => rmSync(pointer, { force: true });
}

/** What killed runs have left, and what living ones have on record. */
export async function leftBehind(registry: string): Promise<{ found: Left[]; refused: string[] }> {
  const found: Left[] = [];
  const refused: string[] = [];
  for (const name of (await readdir(registry).catch(() => [])).sort()) {
    const pointer = join(registry, name);
    try {
      found.push({ pointer, ...leftIn(JSON.parse(await readOwn(pointer))) });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') refused.push(`${pointer}: ${(error as Error).message}`);
    }
  }
  return { found, refused };
}

function leftIn(value: unknown): Omit<Left, 'pointer'> {
  const entry = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const { kind, title, what, startedAt } = entry;
  const owner = ownerIn(entry);
  const texts = [title, what, startedAt].every((one) => typeof one === 'string');
  if (owner === null || !texts || (kind !== 'processes' && kind !== 'folder'))
    throw new Error('names nothing that was left');
  const known = { kind: kind as Left['kind'], title: String(title), what: String(what), startedAt: String(startedAt) };
  return { ...known, state: stateOf(owner), host: owner.host };
}

/** Of what was left, what is still there, in words; empty: nothing. */
export function stillThere(left: Left): string[] {
  if (left.kind === 'folder') return isThere(left.what) ? [`temporary folder ${left.what}`] : [];
  if (left.state !== 'gone') return [];
  return marked(left.what).map(({ pid }) => `process ${pid} of "${left.title}": ${commandOf(pid)}`);
}

/**
 * Ends processes and removes folders that a killed run has left, and takes them off the record.
 * @returns why something is still there; null: nothing is
 */
export async function endLeft(left: Left): Promise<string | null> {
  const why = left.kind === 'folder' ? await removeFolder(left.what) : await endProcesses(left);
  if (why === null) await rm(left.pointer, { force: true });
  return why;
}

async function endProcesses({ what, state }: Left): Promise<string | null> {
  // The machine was restarted: none of them can be there.
  if (state !== 'gone') return null;
  for (const name of ['SIGTERM', 'SIGKILL'] as const) {
    const until = performance.now() + patienceMs;
    for (const one of marked(what)) kill(one, name);
    while (marked(what).length > 0 && performance.now() < until) await sleep(pollMs);
  }
  const stay = marked(what);
  return stay.length === 0 ? null : `process ${stay.map(({ pid }) => pid).join(', ')} does not end`;
}

function kill(one: ProcessIdentity, name: NodeJS.Signals): void {
  try {
    if (lives(one)) process.kill(one.pid, name);
  } catch {
    // It ended, or may not be touched: it is looked for again.
  }
}

/** Every process that carries a mark, except this one. */
function marked(mark: string): ProcessIdentity[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    try {
      const has = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${markName}=${mark}`);
      return has ? (identify(pid) ?? []) : [];
    } catch {
      return [];
    }
  });
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim().slice(0, 200);
  } catch {
    return 'ended';
  }
}

function isThere(folder: string): boolean {
  return linkStatOf(folder) !== undefined;
}

/** Only what a run makes for itself: a folder of this user's, right below the folder of temporary files, with our name. */
async function removeFolder(folder: string): Promise<string | null> {
  const about = linkStatOf(folder);
  if (about === undefined) return null;
  const isOurs = dirname(folder) === tmpdir() && basename(folder).startsWith('shakedown-');
  if (!isOurs || !about.isDirectory() || about.uid !== process.getuid?.()) {
    return `${folder} is not a temporary folder of a run: look at it, and remove it yourself`;
  }
  if ((await readdir(folder)).some((name) => name.startsWith('undo-'))) {
    return `${folder} has a list of what is still to be undone`;
  }
  await rm(folder, { recursive: true, force: true });
  return null;
}
