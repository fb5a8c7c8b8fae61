import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Envoy and nginx: from PATH, or where .ci/run puts them; null: it is not there. */
export function switchProgram(name: 'envoy' | 'nginx'): string | null {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const places = [
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)),
    join('/usr/sbin', name),
    join(cache, 'shakedown/envoy/envoy/_bin', name),
  ];
  return places.find(existsSync) ?? null;
}
