import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ShakedownError } from '../model/error.ts';

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
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

/**
 * Writes a file so that its name never holds half of it: beside it first, flushed, then renamed.
 * @returns the file's path
 * @throws ShakedownError REPORT_NOT_WRITTEN; what was there before is left as it was
 */
export async function writeWhole(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  const part = join(folder, `.${name}.part`);
  try {
    const file = await open(part, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {}); // the first failure is the one to tell
    throw unwritable(path, cause);
  }
  return path;
}
