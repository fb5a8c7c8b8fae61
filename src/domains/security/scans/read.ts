import type { Hosts } from './hosts.ts';
import { wrong } from './json.ts';
import { nativeFormats } from './native.ts';
import type { ScanResult } from './result.ts';
import { isSarif, readSarif } from './sarif.ts';
import type { ScanPartId } from './settings.ts';

/**
 * Reads a scanner's result, whatever its format.
 * @param about whose it has to be; null: anybody's, as of a control
 * @throws ShakedownError SECURITY_RESULT where no format fits
 */
export function readResult(
  value: unknown,
  where: string,
  about: { hosts: Hosts | null; part: ScanPartId } | null = null,
): ScanResult {
  const hosts = about?.hosts ?? null;
  // Code may well refer to other hosts.
  if (isSarif(value)) return readSarif(value, where, about?.part === 'dynamic' ? hosts : null);
  const format = nativeFormats.find(({ is }) => is(value));
  if (format === undefined) {
    throw wrong(
      where,
      'it is neither SARIF nor JSON of npm audit, osv-scanner, Grype, Trivy, Semgrep, gitleaks, Bandit, ZAP or Schemathesis',
    );
  }
  return format.read(value, hosts);
}
