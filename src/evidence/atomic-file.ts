import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ShakedownError } from '../model/error.ts';
import { makeFolders } from './make-folders.ts';

const reasons: Record<string, { why: string; hint: string }> = {
  ENOSPC: {
    why: 'there is no space left',
    hint: 'Free some space, then `shakedown report --from <run>` writes the reports again.',
  },
  EDQUOT: {
    why: 'the disk quota is used up',
    hint: 'Free some space, then `shakedown report --from <run>` writes the reports again.',
  },
  EFBIG: {
    why: 'the file would be larger than this process may write',
    hint: 'Raise the file size limit (`ulimit -f`).',
  },
  EROFS: { why: 'the file system is read-only', hint: 'Choose another folder for the run.' },
  EACCES: {
    why: 'this user may not write there',
    hint: 'Change its permissions or choose another folder for the run.',
  },
  EPERM: { why: 'this user may not write there', hint: 'Change its permissions or choose another folder for the run.' },
  ENOTDIR: { why: 'a part of the path is a file, not a folder', hint: 'Choose another folder for the run.' },
  EEXIST: { why: 'a file of that name is in the way', hint: 'Choose another folder for the run.' },
  EISDIR: { why: 'a folder of that name is in the way', hint: 'Move it away.' },
};

function unwritable(path: string, cause: unknown): ShakedownError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const { why, hint } = reasons[code] ?? {
    why: `the system says ${code || String(cause)}`,
    hint: 'Choose another folder for the run.',
  };
  return new ShakedownError('REPORT_NOT_WRITTEN', `Cannot write ${path}: ${why}.`, { hint, cause });
}

/** Makes the folder, and its parents. @throws ShakedownError REPORT_NOT_WRITTEN */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder);
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

/**
 * Writes a report so that its name never holds half of it.
 * @returns the file's path
 * @throws ShakedownError REPORT_NOT_WRITTEN; what was there before is left as it was
 */
export async function writeReport(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  try {
    await replaceFile(path, text);
  } catch (cause) {
    throw unwritable(path, cause);
  }
  return path;
}

export interface ReplaceOptions {
  mode?: number;
  /** Its new name outlives a power failure too, not only its bytes. */
  durable?: boolean;
  /** Called when all is written, and only the name is missing. */
  beforeRename?(): void;
}

/**
 * Puts a file in place so that its name never holds half of it: written under another name in the same folder, flushed, then renamed. Where
 * that fails nothing of it is left, and what was there before stays.
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  options: ReplaceOptions = {},
): Promise<void> {
  const part = partOf(path);
  try {
    const file = await open(part, 'wx', options.mode ?? 0o666);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    options.beforeRename?.();
    await rename(part, path);
    if (options.durable) syncFolder(dirname(path));
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {}); // the first failure is the one to report
    throw cause;
  }
}

/** The same, done when it returns. */
export function replaceFileSync(path: string, content: string | Uint8Array, options: ReplaceOptions = {}): void {
  const part = partOf(path);
  try {
    const file = openSync(part, 'wx', options.mode ?? 0o666);
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    options.beforeRename?.();
    renameSync(part, path);
    if (options.durable) syncFolder(dirname(path));
  } catch (cause) {
    rmSync(part, { force: true });
    throw cause;
  }
}

/** The same for a file that a program writes. @param write makes it, under the name that it is given */
export async function replaceFileBy(path: string, write: (part: string) => Promise<void>): Promise<void> {
  const part = partOf(path);
  try {
    await write(part);
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {});
    throw cause;
  }
}

/** Removes what killed processes left of a file. */
export function removeParts(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    if (name.startsWith(`.${basename(path)}.`) && isPart(name)) rmSync(join(folder, name), { force: true });
  }
}

/** Whether a file of this name is no whole one. */
export function isPart(name: string): boolean {
  return name.startsWith('.') && name.endsWith('.part');
}

/** Of no other process, and in the same folder: a file can be renamed within a file system only. */
function partOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`);
}

/** A new name in a folder outlives a power failure only when the folder was synced too; where that cannot be done, it is left. */
function syncFolder(folder: string): void {
  try {
    const file = openSync(folder, 'r');
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch {
    // Windows opens no folders.
  }
}
