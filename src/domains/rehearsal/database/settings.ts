/** How a migration of the database is rehearsed. */
export interface ResolvedMigration {
  /** null: the database of the staging system. */
  databaseUrl: string | null;
  /** Of SQL files; null: there is none. */
  folder: string | null;
  command: { up: string[]; down: string[]; folder: string } | null;
  /** SQL of the old and of the new code. */
  statements: { old: string[]; new: string[] };
  /** Rows that are added to the sample system's table meanwhile. */
  sampleRows: number;
  /** SQL files that add them and remove them; null: nothing is added. */
  fill: { add: string; remove: string } | null;
  productionRows: number | null;
  worstMs: number;
  lockTimeoutMs: number;
  retryMs: number;
  stepMs: number;
  blockerMs: number;
  batchPauseMs: number;
  settleMs: number;
}
