import pg from 'pg';

interface Standing {
  label: string;
  text(): string;
}

/** One statement that stands in for a user's, from when it was due to its end. Times of the run's clock. */
export interface Timed {
  label: string;
  fromMs: number;
  toMs: number;
  error: string | null;
}

const connections = 8;

/**
 * Clients of the tables that a migration touches, at a fixed rate, whatever becomes of earlier statements. They change nothing: one reads, one takes the lock
 * of a writer, one locks a row as who changes it does.
 */
export class TableClients {
  readonly #pool: pg.Pool;
  readonly #now: () => number;
  readonly #statements: Standing[];
  #timer: NodeJS.Timeout | undefined;
  readonly #under = new Set<Promise<void>>();
  readonly timed: Timed[] = [];

  private constructor(pool: pg.Pool, statements: Standing[], now: () => number) {
    this.#pool = pool;
    this.#statements = statements;
    this.#now = now;
  }

  /** @param tables as SQL names them */
  static async of(url: string, tables: readonly string[], now: () => number): Promise<TableClients> {
    const pool = new pg.Pool({ connectionString: url, max: connections, application_name: 'shakedown-client' });
    pool.on('error', () => {});
    const statements: Standing[] = [];
    for (const table of tables) {
      const { rows } = await pool.query<{ column: string; pages: number }>(
        `SELECT quote_ident(attname) AS column, greatest(relpages, 1) AS pages FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
         WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity = '' ORDER BY attnum LIMIT 1`,
        [table],
      );
      const [first] = rows;
      if (first === undefined) continue;
      statements.push(
        { label: `a read of ${table}`, text: () => `SELECT 1 FROM ${table} LIMIT 1` },
        {
          label: `a write to ${table}`,
          text: () => `UPDATE ${table} SET ${first.column} = ${first.column} WHERE false`,
        },
        {
          label: `a change of a row of ${table}`,
          // A place in the table and not a key: it is found at once, whatever the table's keys are.
          text: () =>
            `SELECT 1 FROM ${table} WHERE ctid = '(${Math.floor(Math.random() * first.pages)},1)' FOR NO KEY UPDATE`,
        },
      );
    }
    // So that no statement pays for a connection.
    const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
    for (const client of clients) client.release();
    return new TableClients(pool, statements, now);
  }

  start(ratePerSecond: number): void {
    let sent = 0;
    const startMs = this.#now();
    if (this.#statements.length === 0) return;
    this.#timer = setInterval(() => {
      for (; sent / ratePerSecond < (this.#now() - startMs) / 1000; sent++) {
        const one = this.#statements[sent % this.#statements.length];
        if (one !== undefined) this.#send(one, startMs + (1000 * sent) / ratePerSecond);
      }
    }, 5);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#under);
    await this.#pool.end();
  }

  #send({ label, text }: Standing, dueMs: number): void {
    const sent = this.#pool.query(text()).then(
      () => null,
      (error: Error) => error.message,
    );
    const done = sent.then((error) => {
      this.timed.push({ label, fromMs: dueMs, toMs: this.#now(), error });
      this.#under.delete(done);
    });
    this.#under.add(done);
  }
}

const sharpMs = 15;
/** Shorter ones keep nobody waiting long. */
const stallMs = 40;

/** When this process itself stood still: what it timed meanwhile says nothing of the database. */
export class OwnStalls {
  readonly #timer: NodeJS.Timeout;
  readonly stalls: { fromMs: number; toMs: number }[] = [];

  constructor(now: () => number) {
    let last = now();
    this.#timer = setInterval(() => {
      const at = now();
      if (at - last - sharpMs > stallMs) this.stalls.push({ fromMs: last, toMs: at });
      last = at;
    }, sharpMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
