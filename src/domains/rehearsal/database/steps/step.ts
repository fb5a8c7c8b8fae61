import type { Statement } from './split.ts';

/** What is done in one direction of a step. */
export interface Part {
  statements: readonly Statement[];
  /** All or nothing. What goes on beside others' writes (`CONCURRENTLY`) cannot be. */
  inTransaction: boolean;
  /** Its one statement is repeated until it changes no row. */
  isBatched: boolean;
}

/** One step of a migration, such as a file. */
export interface Step {
  name: string;
  /** It takes away what the old code needs, so the new code has the traffic by then. */
  isContract: boolean;
  up: Part;
  /** null: there is no way back. */
  down: Part | null;
}

export type Direction = 'up' | 'down';

/** How one direction of one step went. Times in ms. */
export interface Outcome {
  tookMs: number;
  /** How often a lock was not got in time, and asked for again. */
  retries: number;
  batches: number;
  rows: number;
  isCut: boolean;
  /** null: it was done. */
  error: string | null;
}

/** A migration that can be run step by step, by whatever. */
export interface Migration {
  /** `6 SQL files`, `command` */
  from: string;
  steps: readonly { name: string; isContract: boolean; isReversible: boolean; isBatched: boolean }[];
  /** SQL of the steps, where it is known. */
  sql: readonly Step[];
  /** Does one step. @param cutAfterMs it is cut off then, as by kill -9; null: it is not */
  run(name: string, direction: Direction, cutAfterMs: number | null): Promise<Outcome>;
  /** Removes its notes of what was done. */
  forget(): Promise<void>;
}
