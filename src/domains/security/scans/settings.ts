import type { Tool } from './result.ts';

export const scanParts = ['dependencies', 'code', 'dynamic'] as const;
export type ScanPartId = (typeof scanParts)[number];

export interface ResolvedScan {
  readonly name: string;
  readonly part: ScanPartId;
  readonly tool: Tool;
  /** `{{target}}` stands for what is scanned, `{{output}}` for the file that the result goes to; null: the result is in `file`. */
  readonly command: readonly string[] | null;
  /** Absolute; null: the command makes it. */
  readonly file: string | null;
  /** What `{{target}}` stands for; absolute where it is a path. */
  readonly target: string;
  readonly timeoutMs: number;
  /** Exit codes after which there is a result, over those of the tool; null: those of the tool. */
  readonly exitCodes: readonly number[] | null;
  /** Something in which a fault is planted, scanned in the same way, or the result of that. */
  readonly control: { readonly target: string | null; readonly file: string | null; readonly expects: string } | null;
  /** CycloneDX or SPDX of what was scanned. */
  readonly sbom: string | null;
  /** Digest that it was made for. */
  readonly digest: string | null;
  /** File of the database of weaknesses, whose time is its date. */
  readonly databaseFile: string | null;
  readonly maxDatabaseAgeMs: number;
  /** Result of the previous version. */
  readonly previous: string | null;
  /** Where its command runs; absent: in the project. */
  readonly folder?: string;
  /** Why it cannot be made here, a sentence; absent: it can. */
  readonly absent?: string;
}
