import type { LocalSystem } from '../../../model/local-system.ts';
import type { ResolvedDeployment } from '../settings.ts';
import type { Side } from './state.ts';

export interface StagingSettings {
  /** `reports/staging.json`. */
  stateFile: string;
  deployment: ResolvedDeployment;
  /** null: the driver is a command, or a cluster. */
  system: LocalSystem | null;
  /** Of the project: where commands run. */
  folder: string;
  /** Answers 200 when an instance may be given traffic, where a command deploys. */
  healthPath: string;
  /** What the configuration says that its version is made of; absent: nothing. */
  declared?: { version: string; artifacts: Side['artifacts'] };
}
