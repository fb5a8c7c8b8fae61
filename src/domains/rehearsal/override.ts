import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Override } from './rehearsal.ts';

const words: readonly Override[] = ['promote', 'pause', 'abort'];

/**
 * A person's say while a rehearsal runs: an empty file `promote`, `pause` or `abort` in the run's folder, or the word typed on the terminal. A file is taken
 * away when it was read; that of `pause` stays, and its end ends the pause. A typed `pause` ends with `resume`, or with one of the others.
 * @param typed the next line that was typed; null: none
 * @param notUnderstood called with a line that is none of these words
 */
export function manualOverride(
  runFolder: string,
  typed: () => string | null,
  notUnderstood: (line: string) => void,
): () => Override | null {
  let isPaused = false;
  return () => {
    for (let line = typed(); line !== null; line = typed()) {
      if (line === 'pause') isPaused = true;
      else if (line === 'resume') isPaused = false;
      else if (line === 'promote' || line === 'abort') {
        isPaused = false;
        return line;
      } else if (line !== '') notUnderstood(line);
    }
    const found = words.find((word) => existsSync(join(runFolder, word)));
    if (found !== undefined && found !== 'pause') rmSync(join(runFolder, found), { force: true });
    return found ?? (isPaused ? 'pause' : null);
  };
}
