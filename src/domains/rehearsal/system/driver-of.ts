import { stagingId } from '../staging-id.ts';
import { commandDriver } from './command.ts';
import { composeDriver } from './compose/driver.ts';
import type { DeployDriver } from './driver.ts';
import { kubernetesDriver } from './kubernetes/driver.ts';
import { localDriver } from './local.ts';
import type { StagingSettings } from './staging-settings.ts';
import type { StagingState } from './state.ts';

/** What brings versions up, as configured. */
export function driverOf(
  { deployment, system, folder, healthPath }: StagingSettings,
  { scratch, shared }: Pick<StagingState, 'scratch' | 'shared'>,
): DeployDriver {
  const { instances, readyMs } = deployment;
  if (deployment.driver === 'kubernetes' && deployment.kubernetes !== null) {
    return kubernetesDriver({ settings: deployment.kubernetes, instances, readyMs, scratch });
  }
  if (deployment.driver === 'compose' && deployment.compose !== null) {
    return composeDriver({ settings: deployment.compose, instances, id: stagingId(scratch), scratch });
  }
  if (system !== null) return localDriver({ system, instances, scratch, shared });
  const command = deployment.command ?? { up: [], down: [], requestIds: null };
  return commandDriver(command, { instances, folder, healthPath, scratch });
}
