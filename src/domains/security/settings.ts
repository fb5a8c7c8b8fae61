import type { Risk } from './finding.ts';
import type { Waiver } from './judge.ts';
import type { ResolvedPosture } from './posture/settings.ts';
import type { ResolvedScan, ScanPartId } from './scans/settings.ts';

export const securityParts = ['posture', 'access', 'dependencies', 'code', 'dynamic'] as const;
export type SecurityPartId = (typeof securityParts)[number];

/** The report of people who tried to break in. */
export interface PenetrationTest {
  /** Absolute. */
  readonly report: string;
  /** `2026-10-01`: its last day. */
  readonly date: string;
  readonly by: string;
  readonly scope: string;
  /** Of the candidate that was tested. */
  readonly digest: string;
  readonly maxAgeDays: number;
  /** Findings that are still open, by risk. */
  readonly open: Readonly<Partial<Record<Risk, number>>>;
}

export interface ResolvedSecurity {
  readonly beforeLoad: boolean;
  readonly failAt: Risk;
  readonly waiverDays: number;
  readonly waivers: readonly (Waiver & { part: SecurityPartId })[];
  readonly posture: ResolvedPosture;
  readonly scans: readonly ResolvedScan[];
  /** Artifacts of the candidate that need no scan. */
  readonly unscanned: readonly { readonly part: ScanPartId; readonly artifact: string; readonly reason: string }[];
  readonly penetrationTest: PenetrationTest | null;
}

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    security: ResolvedSecurity;
  }
}
