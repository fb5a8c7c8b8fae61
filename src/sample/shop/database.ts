import pg from 'pg';

/** A statement prepared once a connection, under its name. */
export interface Statement {
  name: string;
  text: string;
}

export interface Database {
  pool: pg.Pool;
  /** Rows of one statement. */
  rows<Row extends pg.QueryResultRow>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs the statement, keeps its answer, and takes it back: the data-losing defect. */
  rowsThenForget<Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

const poolSize = 6;

export function openDatabase(url: string, onError: (error: Error) => void): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 3000,
    idleTimeoutMillis: 30_000,
    query_timeout: 10_000,
    application_name: 'shop',
  });
  pool.on('error', onError); // an idle connection that broke; the pool makes a new one
  return {
    pool,
    async rows(statement, values = []) {
      return (await pool.query({ ...statement, values: values as unknown[] })).rows;
    },
    async rowsThenForget(statement, values) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const { rows } = await client.query({ ...statement, values: values as unknown[] });
        await client.query('ROLLBACK');
        return rows;
      } finally {
        client.release();
      }
    },
    close: () => pool.end(),
  };
}

/** Errors that say the database could not be reached, rather than that the statement was wrong. */
export function isUnavailable(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  if (/^(08|57P|53)/.test(code) || code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ECONNRESET') return true;
  return error instanceof Error && /timeout|Connection terminated|connection/i.test(error.message) && code === '';
}
