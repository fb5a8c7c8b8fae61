import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { anonymizeDatabase } from '../../../src/domains/data/copying/anonymize.ts';
import { startPostgres } from '../../../src/sample/supervisor/postgres.ts';
import { shopDatabase } from '../data-set.ts';
import { atMost, beside, judged, type Measure, short } from '../measure.ts';

const key = 'a key of the bench, and no other';
/** Twice what greenmask's dump and restore of as many rows took, 2.1 s and 2.9 s. */
const mostSeconds = 10;
const leaks = /habermann|okonkwo|lindqvist|castellano|takahashi|gr(?:ü|u)newald|mail-\d+\.de|rosenweg|84\.17\./i;

/** How long it takes to anonymize a database of 200 MB, beside copying it as it is, and whether anything of anyone is left. */
export const dataCopy: Measure = {
  name: 'data',
  limitMinutes: 10,
  async run({ quick, say }) {
    const rows = quick ? 60_000 : 600_000;
    const server = await startPostgres();
    const url = (name: string) => server.url.replace(/\/shop$/, `/${name}`);
    try {
      for (const name of ['source', 'plain', 'copy', 'subset']) await run(server.url, `CREATE DATABASE ${name}`);
      await run(url('source'), shopDatabase(rows));
      say('the source is there');
      const plain = await plainCopy(url('source'), url('plain'));
      say(`a plain copy: ${short(plain.seconds)} s, ${short(plain.megabytes)} MB`);
      const report = await anonymizeDatabase({ from: url('source'), to: url('copy'), key });
      const { seconds } = report;
      const left = await leftIn(url('copy'));
      const copied = seconds.all - seconds.scan;
      say(`anonymized: ${short(seconds.all)} s, of which the scan ${short(seconds.scan)} s; ${left} leaks`);
      const begun = performance.now();
      const subset = await anonymizeDatabase({
        from: url('source'),
        to: url('subset'),
        key,
        choices: [{ share: 0.06 }],
      });
      const subsetSeconds = (performance.now() - begun) / 1000;
      const lost = subset.references.reduce((sum, { source, result }) => sum + source - result, 0);
      const what = `${rows.toLocaleString('en')} rows, ${short(plain.megabytes)} MB as text, keys, indexes and references made; two clusters' work on one machine`;
      return {
        rows: [
          judged(
            'anonymizing a database of 200 MB, s',
            atMost(mostSeconds),
            copied,
            short(copied),
            `${what}; the scan of the result took ${short(seconds.scan)} s more, ${report.peakMemoryMb} MB of memory`,
          ),
          beside(
            'the same ÷ copying it as it is',
            short(copied / plain.seconds),
            `COPY to COPY, keys and references, one after the other: ${short(plain.seconds)} s`,
          ),
          judged(
            'leaks in an anonymized database',
            atMost(0),
            left + report.scan.findings,
            String(left + report.scan.findings),
            'rows of the result that hold a name, an address, a street or a host of the source, and findings of the own scan',
          ),
          judged(
            'references lost in a subset',
            atMost(0),
            lost,
            String(lost),
            `${subset.rows.toLocaleString('en')} rows of ${rows.toLocaleString('en')}`,
          ),
          beside(
            'a subset of that size',
            `${short(subsetSeconds)} s`,
            'the scan included; 3 s are wanted for 60,000 rows',
          ),
        ],
        raw: { rows, plain, seconds, subsetSeconds, left, lost, scan: report.scan, peakMemoryMb: report.peakMemoryMb },
      };
    } finally {
      await server.stop();
    }
  },
};

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

const tables = ['users', 'orders', 'events'];
const keys = `ALTER TABLE users ADD PRIMARY KEY (id), ADD UNIQUE (email); ALTER TABLE orders ADD PRIMARY KEY (id), ADD FOREIGN KEY (user_id) REFERENCES users;
  ALTER TABLE events ADD PRIMARY KEY (id), ADD FOREIGN KEY (order_id) REFERENCES orders; ANALYZE`;

/** COPY to COPY, then what is made behind the rows: what any tool has to do at least. */
async function plainCopy(from: string, to: string): Promise<{ seconds: number; megabytes: number }> {
  const [source, target] = [new pg.Client(from), new pg.Client(to)];
  await Promise.all([source.connect(), target.connect()]);
  const begun = performance.now();
  let bytes = 0;
  await target.query(`CREATE TABLE users (id integer, email text, full_name text, phone text, street text, city text, born date, created_at timestamptz);
    CREATE TABLE orders (id uuid, user_id integer, status text, total numeric(10, 2), remark text, created_at timestamptz);
    CREATE TABLE events (id bigint, order_id uuid, kind text, body jsonb, at timestamptz)`);
  for (const table of tables) {
    const out = source.query(copyTo(`COPY ${table} TO STDOUT`));
    out.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    await pipeline(out, target.query(copyFrom(`COPY ${table} FROM STDIN`)));
  }
  await target.query(keys);
  const seconds = (performance.now() - begun) / 1000;
  await Promise.all([source.end(), target.end()]);
  return { seconds, megabytes: bytes / 1e6 };
}

/** Looked for with another program than our own: PostgreSQL. */
async function leftIn(url: string): Promise<number> {
  const client = new pg.Client(url);
  await client.connect();
  let left = 0;
  for (const table of tables) {
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${table} t WHERE t::text ~* $1`,
      [leaks.source.replaceAll('(?:', '(')],
    );
    left += rows[0]?.n ?? 0;
  }
  await client.end();
  return left;
}
