import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownProgram } from '../../../environment/own-files.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import type { StagingSettings } from '../system/staging-settings.ts';
import { startOutliving } from './outliving.ts';

/** What the guard is given; the system itself is not needed to end what runs of it. */
export interface GuardSettings {
  settings: Omit<StagingSettings, 'system'>;
  isLocal: boolean;
  /** The staging system was started for the rehearsals: it is ended with them. */
  endsStaging: boolean;
}

/**
 * Starts the guard: a process in a session of its own that puts the traffic back when this process is gone, even by SIGKILL. Its channel to this
 * process is closed by the kernel then.
 * @returns what ends it, once the traffic is where it belongs
 * @throws ShakedownError GUARD_FAILED
 */
export async function startGuard(
  { settings, endsStaging }: { settings: StagingSettings; endsStaging: boolean },
  scratch: string,
): Promise<() => Promise<void>> {
  const { system, ...rest } = settings;
  const file = join(scratch, `guard-${process.pid}.json`);
  const given: GuardSettings = { settings: rest, isLocal: system !== null, endsStaging };
  await writeFile(file, JSON.stringify(given), { mode: 0o600 });
  return startOutliving(
    ownProgram('./guardian.ts', import.meta.url),
    { SHAKEDOWN_REHEARSAL_GUARD: file },
    (why) =>
      new ShakedownError('GUARD_FAILED', `The process that puts the traffic back cannot be started: ${why}.`, {
        hint: 'No traffic is moved without it.',
        exitCode: exitCodes.internal,
      }),
  );
}
