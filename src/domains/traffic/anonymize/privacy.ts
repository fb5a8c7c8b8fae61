import type { RecordingManifest } from '../../../model/traffic.ts';
import { shardsSha256 } from '../recording.ts';

/**
 * Whether a recording may be replayed: anonymized, its leak scan passed, and its shards the ones that were scanned.
 * @returns `reason` says why it may not, as the rest of a sentence without its full stop; empty when it may
 */
export function verifyPrivacy(manifest: RecordingManifest): { ok: boolean; reason: string } {
  const reason = reasonAgainst(manifest);
  return { ok: reason === '', reason };
}

function reasonAgainst({ privacy, shards }: RecordingManifest): string {
  if (privacy.state === 'raw') return 'it is raw, not anonymized';
  const { scan } = privacy;
  if (!scan.passed) return `its leak scan did not pass (findings: ${scan.findings}, see anonymization.json beside it)`;
  return scan.shardsSha256 === shardsSha256(shards) ? '' : 'it was changed after its leak scan';
}
