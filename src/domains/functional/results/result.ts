/** What became of one test. `flaky`: passed only when tried again. `todo`: its author says that it cannot pass yet. `notRun`: it was planned and not begun. */
export type CaseState = 'passed' | 'failed' | 'flaky' | 'skipped' | 'todo' | 'notRun';

export interface ReadCase {
  /** Where it stands and its name, such as `shop.Basket › adds a line`; of those with the same name in a file, the second ends in ` (2)`. */
  readonly id: string;
  readonly state: CaseState;
  /** Why it is not passed; empty: nothing is said. */
  readonly message: string;
  /** null: not said. */
  readonly durationMs: number | null;
  /** How often it was tried. */
  readonly attempts: number;
}

/** In the order in which a file's format is looked for. */
export const formats = ['junit', 'trx', 'nunit', 'xunit', 'playwright', 'jest', 'mocha', 'ctrf', 'go', 'tap'] as const;

export type Format = (typeof formats)[number];

/** What a result file says. */
export interface ReadResult {
  /** null: of no format that can be read. */
  readonly format: Format | null;
  readonly cases: readonly ReadCase[];
  /** What takes its word from it: it stops in the middle, a count that disagrees with its cases. Sentences. */
  readonly faults: readonly string[];
  /** What was passed over and changes nothing. Sentences. */
  readonly notes: readonly string[];
  /** The newest moment that it says it is of; null: it says none. */
  readonly saidAtMs: number | null;
  /** With its time zone: without one it may be up to a day off. */
  readonly isSaidExactly: boolean;
}
