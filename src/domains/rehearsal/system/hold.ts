import { dirname } from 'node:path';
import { makeFolder } from '../../../evidence/atomic-file.ts';
import { takeLock } from '../../../evidence/lock.ts';
import type { Teardown } from '../../../evidence/teardown.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { StagingFiles } from './settings-of.ts';
import { Staging } from './staging.ts';
import type { StagingSettings } from './staging-settings.ts';

/**
 * Takes the staging system for this process: nobody else moves it meanwhile.
 * @throws ShakedownError STAGING_LOCKED
 */
export async function holdStaging(files: StagingFiles, teardown: Teardown): Promise<void> {
  await makeFolder(dirname(files.lock));
  const lock = await takeLock(files.lock, Date.now());
  if ('release' in lock) {
    teardown.before('release the staging system', () => lock.release());
    return;
  }
  const where = lock.elsewhere === null ? '' : ` on host ${lock.elsewhere}`;
  throw new ShakedownError('STAGING_LOCKED', `Process ${lock.pid}${where} is deploying or rehearsing already.`, {
    hint: 'Wait for it to end, or end it.',
  });
}

/**
 * The staging system that runs, put in order where a killed command left it half-way; null: none runs, and what was left of one is gone.
 * @param say what was done
 */
export async function repairedStaging(settings: StagingSettings, say: (text: string) => void): Promise<Staging | null> {
  const found = await Staging.find(settings);
  if (found === null) return null;
  const broken = found.broken();
  if (broken !== null) {
    say(`The staging system is ended, as ${broken}.`);
    await found.end();
    return null;
  }
  const restored = await found.restore();
  if (restored !== null) say('A command that moved traffic was killed. The traffic is where it was before.');
  return found;
}
