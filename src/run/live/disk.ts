import { statfs } from 'node:fs/promises';
import type { ProgressEvent } from '../progress.ts';

const everyMs = 10_000;

/** Reports the free space on the disk of a folder, at once and every ten seconds; a folder that does not exist yet is tried again. */
export function watchDisk(folder: string, onEvent: (event: ProgressEvent) => void): { stop(): void } {
  let stopped = false;
  const look = async () => {
    const found = await statfs(folder).catch(() => null);
    if (found !== null && !stopped) onEvent({ kind: 'disk', freeBytes: found.bavail * found.bsize });
  };
  void look();
  const timer = setInterval(look, everyMs);
  timer.unref();
  return {
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}
