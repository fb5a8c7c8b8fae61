import type { Finding } from '../finding.ts';

/** What a scanner's result holds, whatever its format. */
export interface ScanResult {
  /** `osv-scanner`, `Semgrep`: as it names itself. */
  readonly tool: string;
  /** null: it does not say. */
  readonly version: string | null;
  readonly format: string;
  readonly findings: readonly Finding[];
  /** What it found, and somebody has suppressed in the scanner. */
  readonly suppressed: number;
  /** How much it looked at; null: the result does not say. */
  readonly looked: { readonly count: number; readonly unit: string } | null;
  /** What went wrong while it looked, a sentence each: then a clean result shows nothing. */
  readonly problems: readonly string[];
  /** Day or moment of its database of weaknesses; null: it says none. */
  readonly databaseAt: string | null;
  /** Digests of what was scanned, as it says; empty: it does not. */
  readonly digests: readonly string[];
  /** Digests of files within what was scanned: one may be the candidate, and none has to be. */
  readonly files: readonly string[];
}

export const tools = [
  'npm-audit',
  'osv-scanner',
  'grype',
  'trivy',
  'semgrep',
  'codeql',
  'gitleaks',
  'bandit',
  'zap',
  'schemathesis',
  'other',
] as const;
export type Tool = (typeof tools)[number];

/** Exit codes after which there is a result, with findings or without. Any other is a scan that did not end. */
export const resultCodes: Record<Tool, readonly number[]> = {
  'npm-audit': [0, 1],
  // 128: no packages were found; 127 and 129: errors.
  'osv-scanner': [0, 1],
  // 2: findings as grave as --fail-on says. Without a database it is 1, with nothing on its output.
  grype: [0, 2],
  trivy: [0, 1],
  // 1: findings, with --error. 2: it could not run; 7: no rules.
  semgrep: [0, 1],
  codeql: [0],
  // 1: leaks, but also an error: its result has to be there.
  gitleaks: [0, 1],
  // 0 for a folder that is not there as well.
  bandit: [0, 1],
  // 1: failures, 2: warnings; 3: anything else.
  zap: [0, 1, 2],
  // 1: failures, and also where something could not be asked: its result has that.
  schemathesis: [0, 1],
  other: [0],
};

const ownNames: readonly (readonly [Tool, RegExp])[] = [
  ['npm-audit', /^npm\b/i],
  ['osv-scanner', /^osv\b/i],
  ['grype', /^grype\b/i],
  ['trivy', /^trivy\b/i],
  ['semgrep', /^semgrep\b/i],
  ['codeql', /^codeql\b/i],
  ['gitleaks', /^gitleaks\b/i],
  ['bandit', /^bandit\b/i],
  ['zap', /^(?:owasp )?(?:zap|zed attack)/i],
  ['schemathesis', /^schemathesis\b/i],
];
/** Which tools a result is of, as it names itself. */
export const toolsNamed = (names: string): Tool[] =>
  names.split(', ').map((name) => ownNames.find(([, pattern]) => pattern.test(name))?.[0] ?? 'other');

/** Whether a clean result rests on a database that grows old. */
export const needsDatabase = (tool: Tool): boolean => ['npm-audit', 'osv-scanner', 'grype', 'trivy'].includes(tool);
