import { randomInt } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ShakedownError } from '../model/error.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Lock, type LockHolder, lockedBy, takeLock } from './lock.ts';
import { makeFolders } from './make-folders.ts';
import { runId } from './run-id.ts';

const lockName = 'lock.json';

type Listener = (path: string) => void;
let listener: Listener = () => {};

/** Who is to know of every run folder that this process makes; the last one that says so. */
export function onRunFolder(heard: Listener): void {
  listener = heard;
}

export interface RunFolder {
  id: string;
  /** Absolute. */
  path: string;
  /** Takes the lock away; a folder without one belongs to a run that has ended. */
  release(): void;
}

/**
 * Makes a new folder for a run under `base` and locks it for this process (`lock.json`: its pid and start, boot, pid namespace and host).
 * @throws ShakedownError RUN_FOLDER when it cannot be written
 */
export async function createRunFolder(base: string, clock: Clock = systemClock): Promise<RunFolder> {
  const root = resolve(base);
  try {
    await makeFolders(root);
    for (;;) {
      const id = runId(clock.now(), randomInt(0x10000));
      const path = join(root, id);
      try {
        await mkdir(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      }
      const folder = await lockRun(path, clock);
      listener(path);
      return folder;
    }
  } catch (cause) {
    throw cause instanceof ShakedownError ? cause : unwritable(root, cause);
  }
}

function unwritable(folder: string, cause: unknown): ShakedownError {
  return new ShakedownError('RUN_FOLDER', `Cannot write a run to ${folder}: ${reason(cause)}.`, {
    hint: 'Make the folder writable, free some space, or choose another with --out.',
    cause,
  });
}

/**
 * Takes a run that was cut off, to go on with it.
 * @param path its folder
 * @throws ShakedownError RUN_LOCKED while a living process works on it
 */
export async function reopenRunFolder(path: string, clock: Clock = systemClock): Promise<RunFolder> {
  return lockRun(path, clock);
}

/** Whether a process other than this one is still working on the run in that folder. */
export async function isAtWork(path: string): Promise<boolean> {
  const holder = await lockedBy(join(path, lockName));
  return holder !== null && (holder.elsewhere !== null || holder.pid !== process.pid);
}

async function lockRun(path: string, clock: Clock): Promise<RunFolder> {
  let lock: Lock | LockHolder;
  try {
    lock = await takeLock(join(path, lockName), clock.now());
  } catch (cause) {
    throw unwritable(path, cause);
  }
  if ('release' in lock) return { id: basename(path), path, release: lock.release };
  throw inUse(path, lock);
}

function inUse(path: string, { pid, startTicks, elsewhere }: LockHolder): ShakedownError {
  const lock = join(path, lockName);
  if (elsewhere !== null)
    return new ShakedownError(
      'RUN_LOCKED',
      `The run ${path} is still in use by process ${pid} on host ${elsewhere}, in another container or on another machine.`,
      {
        hint: `Wait for it to end, or end it. If nothing works on it, remove ${lock}.`,
      },
    );
  // Without its start, a process of the same number cannot be distinguished from the one that took the lock.
  const byNumber = `A process with this number is running; if it is not the run, remove ${lock}.`;
  return new ShakedownError('RUN_LOCKED', `The run ${path} is still in use by process ${pid}.`, {
    hint: startTicks === null ? byNumber : 'Wait for it to end, or end it; then resume.',
  });
}

function reason(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    ENOENT: 'no folder can be made there',
    ENOTDIR: 'a part of that path is a file',
    EEXIST: 'a file of that name is in the way',
    ENAMETOOLONG: 'the path is too long',
  };
  return known[code ?? ''] ?? message;
}
