import { join } from 'node:path';
import { ShakedownError } from '../../../model/error.ts';
import type { LoadedConfig, Services } from '../../command.ts';
import { configuredSystem } from './configured.ts';
import type { StagingSettings } from './staging-settings.ts';

/** Files of the staging system, in the project's reports. */
export interface StagingFiles {
  state: string;
  history: string;
  lock: string;
}

export function stagingFiles(folder: string): StagingFiles {
  const reports = join(folder, 'reports');
  return {
    state: join(reports, 'staging.json'),
    history: join(reports, 'deployments.ndjson'),
    lock: join(reports, 'staging.lock'),
  };
}

/**
 * What is deployed, and how, as the configuration says.
 * @throws ShakedownError DEPLOYMENT_NOT_CONFIGURED for a system of the user's own that it says nothing of
 */
export function stagingSettings(
  { config, folder }: LoadedConfig,
  services: Pick<Services, 'sampleSystem'>,
): StagingSettings {
  const { deployment, target } = config;
  const own = configuredSystem(config);
  const sample = target.sample === null ? null : services.sampleSystem(target.sample.defects);
  const system = deployment.driver === 'local' ? (own ?? sample) : null;
  if (deployment.driver === 'local' && system === null) {
    throw new ShakedownError(
      'DEPLOYMENT_NOT_CONFIGURED',
      'The configuration does not say how your system is deployed.',
      {
        hint: 'Write deployment.local.start, deployment.kubernetes, or deployment.command.',
      },
    );
  }
  const healthPath = target.healthPath ?? '/';
  const declared = { version: config.version, artifacts: [...(config.artifacts ?? [])] };
  const common = { stateFile: stagingFiles(folder).state, deployment, system, folder, healthPath };
  // A release of this machine has what is declared of it already.
  return system === null ? { ...common, declared } : common;
}
