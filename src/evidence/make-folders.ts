import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and its parents, one after the other: Node's own recursive way never returns on a file system that makes no folders, such as
 * /proc, where each attempt says that the parent is missing. @throws the system's error
 */
export async function makeFolders(path: string): Promise<void> {
  if (await made(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolders(parent);
  if (!(await made(path))) throw Object.assign(new Error(`${path} cannot be made`), { code: 'ENOENT' });
}

/** false: its parent is missing, as the system says. */
async function made(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    // Some systems say that they are read-only of what is there.
    if ((await stat(path).catch(() => null))?.isDirectory() === true) return true;
    throw error;
  }
}
