import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { takeLock } from '../../../evidence/lock.ts';
import { cannotLock, type EnvironmentLock, isTaken } from './lock.ts';

/** A lock file of this user on this machine; the system frees it when the process is gone. */
export async function hostLock(
  key: string,
  environment: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<EnvironmentLock> {
  const folder = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'shakedown', 'stages');
  let lock: Awaited<ReturnType<typeof takeLock>>;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock = await takeLock(join(folder, `${key.slice(0, 32)}.json`), Date.now());
  } catch (cause) {
    throw cannotLock('a file of this machine', (cause as Error).message);
  }
  if (!('release' in lock))
    throw isTaken(environment, `process ${lock.pid}${lock.elsewhere === null ? '' : ` on host ${lock.elsewhere}`}`);
  const { release } = lock;
  return {
    kind: 'host',
    detail: 'A file of this machine and user: it keeps out no stage of another machine.',
    lost: new AbortController().signal,
    release: async () => release(),
  };
}
