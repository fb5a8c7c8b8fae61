import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The real `chaos` program: SHAKEDOWN_CHAOS, the environment that .ci/run makes, or the PATH; null: it is not there. */
export function chaosProgram(): string | null {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const places = [
    process.env.SHAKEDOWN_CHAOS ?? '',
    join(cache, 'shakedown/chaostoolkit/bin/chaos'),
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'chaos')),
  ];
  return places.find((file) => file !== '' && existsSync(file)) ?? null;
}
