import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../../evidence/make-folders.ts';

/** What was told longer ago than that is of runs that nobody ends any more. */
const keptMs = 90 * 86_400_000;

/**
 * Does something once, also where several processes are about to: whoever makes a file first does it. What failed may be done again.
 * @param base folder of the runs
 * @param forMs how long it counts as done
 * @param act whether it was done
 * @returns false: it had been done
 */
export async function once(
  base: string,
  key: readonly string[],
  forMs: number,
  act: () => Promise<boolean>,
): Promise<boolean> {
  const folder = join(base, '.notifications');
  const file = join(folder, createHash('sha256').update(JSON.stringify(key)).digest('hex'));
  await makeFolders(folder);
  for (const name of readdirSync(folder))
    if (isOlder(join(folder, name), keptMs)) rmSync(join(folder, name), { force: true });
  if (isOlder(file, forMs)) rmSync(file, { force: true });
  try {
    writeFileSync(file, '', { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
  let isDone = false;
  try {
    isDone = await act();
  } finally {
    if (!isDone) rmSync(file, { force: true });
  }
  return true;
}

function isOlder(file: string, forMs: number): boolean {
  try {
    return Date.now() - statSync(file).mtimeMs >= forMs;
  } catch {
    return false;
  }
}
