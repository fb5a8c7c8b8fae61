import type { ResolvedConfig } from '../../model/config.ts';
import { ShakedownError } from '../../model/error.ts';
import type { RecordingManifest } from '../../model/traffic.ts';
import { verifyPrivacy } from './anonymize/privacy.ts';

/**
 * Lets a recording in that passed the leak scan, or that the user says is theirs to use.
 * @throws ShakedownError TRAFFIC_NOT_ANONYMIZED
 */
export function admitRecording(manifest: RecordingManifest, traffic: ResolvedConfig['traffic']): void {
  const { ok, reason } = verifyPrivacy(manifest);
  if (ok || traffic.declaredOwn) return;
  throw new ShakedownError(
    'TRAFFIC_NOT_ANONYMIZED',
    `The recording at ${traffic.recording} is not replayed: ${reason}.`,
    {
      hint: 'Run `shakedown traffic anonymize`, or say with --own-data that it is yours to use; the report then shows it.',
    },
  );
}
