import { bandit, gitleaks, semgrep } from './code-scanners.ts';
import type { Reader } from './native-finding.ts';
import { npmAudit } from './npm-audit.ts';
import { grype, osv, trivy } from './package-scanners.ts';
import { schemathesis } from './schemathesis.ts';
import { zap } from './zap.ts';

/** Formats of scanners' own, the most particular first. */
export const nativeFormats: readonly Reader[] = [
  schemathesis,
  ...[trivy, grype, semgrep, bandit, zap, npmAudit, osv, gitleaks],
];
