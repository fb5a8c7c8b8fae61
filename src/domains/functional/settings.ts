import type { LeftOut } from '../validation.ts';
import type { Format } from './results/result.ts';

/** Requirement G3, in the order in which they are run and reported. */
export const suiteKinds = ['unit', 'smoke', 'integration', 'regression', 'api', 'ui'] as const;

export type SuiteKind = (typeof suiteKinds)[number];

export interface CoverageSettings {
  readonly file: string;
  /** Percent of the lines; null: shown and not judged. */
  readonly minimum: number | null;
  readonly sources: readonly string[];
  readonly exclude: readonly { readonly files: string; readonly reason: string }[];
}

export interface SuiteSettings {
  readonly name: string;
  readonly kind: SuiteKind;
  /** A list is a program and its arguments; a text goes through the shell. */
  readonly command: readonly string[] | string;
  /** Absolute. */
  readonly folder: string;
  /** Named as in the configuration, where it is secret: what is resolved is shown by the same keys. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Patterns; `stdout`: what it prints. */
  readonly results: readonly string[];
  readonly format: Format | null;
  readonly coverage: CoverageSettings | null;
  readonly minimumTests: number;
  /** Percent. */
  readonly passRate: number;
  readonly needsTarget: boolean;
  readonly gone: readonly { readonly test: string; readonly reason: string }[];
}

export interface ResolvedFunctional {
  /** Kinds that the system does not have, with the reason. */
  leaveOut: Readonly<Partial<Record<SuiteKind, LeftOut>>>;
  suites: readonly SuiteSettings[];
}
