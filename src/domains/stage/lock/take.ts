import type { ResolvedConfig } from '../../../model/config.ts';
import { hostLock } from './host.ts';
import { leaseLock } from './lease.ts';
import { type EnvironmentLock, environmentKey } from './lock.ts';
import { postgresLock } from './postgres.ts';

/**
 * Takes the environment for this stage, as the configuration says.
 * @param folder of the project: the sample system belongs to it
 * @throws ShakedownError STAGE_LOCKED while another stage has it, STAGE_LOCK where it cannot be locked
 */
export async function lockEnvironment(
  { environment, target, stage: { lock } }: ResolvedConfig,
  folder: string,
): Promise<EnvironmentLock> {
  const key = environmentKey(environment, target.baseUrl === null ? folder : new URL(target.baseUrl).origin);
  switch (lock.kind) {
    case 'host':
      return hostLock(key, environment);
    case 'postgres':
      return postgresLock(process.env[lock.urlEnv], key, environment);
    case 'lease':
      return leaseLock(lock, key, environment);
  }
}
