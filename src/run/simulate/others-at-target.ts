import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLock } from '../../evidence/lock.ts';
import type { Teardown } from '../../evidence/teardown.ts';

/** For this user's runs on this machine, whichever project they are of. */
function sharedFolder(): string {
  return join(tmpdir(), `shakedown-targets-${process.getuid?.() ?? 'user'}`);
}

/**
 * Warns where another run on this machine loads the same target: each would measure the other. The teardown takes the mark away.
 * @param origin of the target: `https://staging.example.com`
 * @param folder where runs leave their marks
 */
export async function warnOfOthersAt(
  origin: string,
  teardown: Pick<Teardown, 'before'>,
  warn: (text: string) => void,
  folder = sharedFolder(),
): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    // In a folder that all may write to, somebody else may have been first.
    const found = await lstat(folder);
    if (!found.isDirectory() || found.uid !== (process.getuid?.() ?? found.uid)) return;
    const name = createHash('sha256').update(new URL(origin).origin).digest('hex').slice(0, 16);
    const lock = await takeLock(join(folder, `${name}.json`), Date.now());
    if ('release' in lock) {
      teardown.before('take away the mark of this run', () => lock.release());
      return;
    }
    // Steps of one search follow each other in one process.
    if (lock.pid === process.pid) return;
    warn(
      `Process ${lock.pid} on this machine sends load to ${origin} too: each run measures the other. Let one end before the next begins.`,
    );
  } catch {
    // A warning that cannot be had is no reason not to measure.
  }
}
