import { setTimeout as sleep } from 'node:timers/promises';
import { connected } from '../target.ts';

/** A client that waits for a lock because of the migration. Times of the run's clock. */
export interface LockWait {
  fromMs: number;
  toMs: number;
  what: string;
}

const everyMs = 40;

/** Looks who waits for whom. */
export class LockWatch {
  readonly #url: string;
  readonly #migration: string;
  readonly #now: () => number;
  readonly #stop = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  readonly waits: LockWait[] = [];
  /** Clients that waited, and locks that the migration held or waited for, at each look. */
  readonly looks: { atMs: number; waiters: number; locks: string[] }[] = [];

  /** @param migration what the migration's connections are called */
  constructor(url: string, migration: string, now: () => number) {
    this.#url = url;
    this.#migration = migration;
    this.#now = now;
  }

  /** @throws ShakedownError DATABASE_UNREACHABLE */
  async start(): Promise<void> {
    const client = await connected(this.#url, 'shakedown');
    const current = new Map<number, LockWait>();
    this.#looking = (async () => {
      try {
        while (!this.#stop.signal.aborted) {
          const { rows } = await client.query<Row>(look, [this.#migration]);
          this.#take(rows, current);
          await sleep(everyMs, undefined, { signal: this.#stop.signal }).catch(() => {});
        }
      } finally {
        await client.end().catch(() => {});
      }
    })();
    this.#looking.catch(() => {});
  }

  /** @throws Error when the database could not be looked at any more */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#looking;
  }

  #take(rows: readonly Row[], current: Map<number, LockWait>): void {
    const atMs = this.#now();
    const locks = rows.filter(({ what }) => what === 'lock').map(({ text }) => text);
    const waiting = rows.filter(({ what }) => what === 'wait');
    for (const { pid, text, waited } of waiting) {
      const fromMs = atMs - Number(waited);
      const known = current.get(pid);
      // Another statement of the same client is another wait.
      if (known === undefined || fromMs > known.toMs) {
        const wait = { fromMs, toMs: atMs, what: masked(text) };
        current.set(pid, wait);
        this.waits.push(wait);
      } else known.toMs = atMs;
    }
    if (locks.length > 0 || waiting.length > 0) this.looks.push({ atMs, waiters: waiting.length, locks });
  }
}

interface Row {
  what: 'wait' | 'lock';
  pid: number;
  text: string;
  waited: string;
}

// Who waits behind somebody who waits for the migration waits for it too, so blockers are followed.
const look = `WITH RECURSIVE migration AS (
    SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()
  ), waiting AS (
    SELECT a.pid, a.query, a.query_start, pg_blocking_pids(a.pid) AS by FROM pg_stat_activity a
    WHERE a.wait_event_type = 'Lock' AND a.datname = current_database() AND a.pid NOT IN (SELECT pid FROM migration)
  ), held(pid) AS (
    SELECT pid FROM migration UNION SELECT w.pid FROM waiting w JOIN held h ON h.pid = ANY (w.by)
  )
  SELECT 'wait' AS what, w.pid, w.query AS text, 1000 * extract(epoch FROM clock_timestamp() - w.query_start) AS waited
  FROM waiting w JOIN held h ON h.pid = w.pid
  UNION ALL
  SELECT DISTINCT 'lock', 0, l.mode || ' on ' || l.relation::regclass || CASE WHEN l.granted THEN '' ELSE ' (waiting)' END, 0
  FROM pg_locks l JOIN migration m ON m.pid = l.pid JOIN pg_class c ON c.oid = l.relation
  WHERE l.locktype = 'relation' AND c.relkind = 'r' AND c.relnamespace <> 'pg_catalog'::regnamespace AND l.mode <> 'AccessShareLock'
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** A statement without its values, which may be anybody's. */
function masked(query: string): string {
  return query
    .replaceAll(/'(?:[^']|'')*'/g, '…')
    .replaceAll(/\b\d+\b/g, '…')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 120);
}
