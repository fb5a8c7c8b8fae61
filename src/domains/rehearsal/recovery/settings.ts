/** How the loss of a database is rehearsed. */
export interface ResolvedRecovery {
  /** Whether it says something of the system under test: the sample's, or a PostgreSQL that the configuration describes. */
  isDescribed: boolean;
  /** PostgreSQL's programs; null: the bundled ones. */
  binFolder: string | null;
  /** Of PostgreSQL, by name: for all clusters, and for standbys only. */
  settings: Record<string, string>;
  standbySettings: Record<string, string>;
  writesPerSecond: number;
  /** Writes before the primary is lost, and after the first write on the new one. */
  settleMs: number;
  observeMs: number;
  /** How long until the standby streams; how far behind it may be. */
  streamingMs: number;
  lagMs: number;
  /** Recovery time that is wanted, and how long it is waited for at all. */
  firstWriteMs: number;
  promotionMs: number;
  /** Recovery point that is wanted with asynchronous replication. */
  lostMs: number;
}
