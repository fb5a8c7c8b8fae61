import { mkdtemp, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Postgres, startPostgres } from '../../../../src/sample/supervisor/postgres.ts';
import { query, said, tried } from './trial.ts';

let server: Postgres;
beforeAll(async () => {
  server = await startPostgres();
  await query(
    server.url,
    `CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, city text);
     INSERT INTO customers SELECT n, 'customer ' || n, 'Harbour' FROM generate_series(1, 30000) AS n; ANALYZE`,
  );
}, 60_000);
afterAll(() => server.stop());

const add = { '1_label.up.sql': 'ALTER TABLE customers ADD COLUMN label text;' };
const dropped = { '1_label.down.sql': 'ALTER TABLE customers DROP COLUMN label;' };
const good = {
  ...add,
  ...dropped,
  '2_fill.up.sql':
    '-- rehearsal: batched\nUPDATE customers SET label = name WHERE id IN (SELECT id FROM customers WHERE label IS NULL LIMIT 5000);',
  '2_fill.down.sql': '-- nothing',
  '10_index.up.sql':
    'DROP INDEX CONCURRENTLY IF EXISTS by_label; CREATE INDEX CONCURRENTLY by_label ON customers (label);',
  '10_index.down.sql': 'DROP INDEX CONCURRENTLY IF EXISTS by_label;',
};
const columns =
  "SELECT string_agg(column_name, ' ' ORDER BY ordinal_position) AS all FROM information_schema.columns WHERE table_name = 'customers'";

describe('a migration', { timeout: 120_000 }, () => {
  it('that expands, fills in batches and builds its index beside writers runs, comes back, and can be cut off', async () => {
    const { checks, evidence } = await tried(server.url, {
      files: good,
      more: {
        // What a loaded machine takes is not the question here.
        worstMs: 30_000,
        productionRows: 3_000_000,
        statements: { old: ['SELECT id, name FROM customers LIMIT 1'], new: ['SELECT label FROM customers LIMIT 1'] },
      },
    });
    expect(checks.filter(({ verdict }) => verdict !== 'pass').map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
    const order = evidence.flatMap((each) => (each.kind === 'source' ? each.steps.map(({ name }) => name) : []));
    expect(order).toEqual(['1_label', '2_fill', '10_index']);
    expect(evidence.filter((each) => each.kind === 'step' && each.isCut).length).toBeGreaterThan(2);
    expect(await query(server.url, columns)).toEqual([{ all: 'id name city' }]);
    expect(await query(server.url, "SELECT to_regclass('shakedown_rehearsal_steps') AS left")).toEqual([
      { left: null },
    ]);
  });

  it('that makes everybody wait behind a forgotten transaction fails by what they waited', async () => {
    const { checks } = await tried(server.url, {
      files: { ...add, ...dropped },
      more: { lockTimeoutMs: 0, blockerMs: 1500, worstMs: 250 },
    });
    expect(said(checks, 'worst-statement')).toMatch(
      /^fail: .*customers took [^;]*; 250.ms are allowed\. At 1_label up to \d+ clients waited/,
    );
    expect(said(checks, 'static')).toBe('pass');
  });

  it('whose SQL is wrong fails, and nothing of it stays', async () => {
    const files = {
      ...add,
      ...dropped,
      '2_bad.up.sql': 'ALTER TABLE customers ADD COLUMN x intt;',
      '2_bad.down.sql': '',
    };
    const { checks } = await tried(server.url, { files });
    expect(said(checks, 'steps')).toBe('fail: 2_bad failed without load: type "intt" does not exist.');
    expect(said(checks, 'worst-statement')).toMatch(/^inconclusive/);
    expect(await query(server.url, columns)).toEqual([{ all: 'id name city' }]);
  });

  it('with a step that has no way back is not tried', async () => {
    const { checks, evidence } = await tried(server.url, { files: add });
    expect(said(checks, 'reversible')).toMatch(/^fail: 1_label has none/);
    expect(evidence.some(({ kind }) => kind === 'step')).toBe(false);
  });

  it('whose way back leaves something fails', async () => {
    const files = {
      ...good,
      '10_index.down.sql': 'DROP INDEX CONCURRENTLY IF EXISTS by_label; UPDATE customers SET city = NULL WHERE id = 7;',
      '1_label.down.sql': 'ALTER TABLE customers DROP COLUMN label; CREATE INDEX left_behind ON customers (city);',
    };
    const { checks } = await tried(server.url, { files, more: { worstMs: 30_000 } });
    expect(said(checks, 'restored')).toMatch(/^fail: 1 things of the schema differ: \+ index CREATE INDEX left_behind/);
    await query(server.url, "DROP INDEX left_behind; UPDATE customers SET city = 'Harbour'");
  });

  it('whose way back changes rows fails', async () => {
    const files = {
      ...add,
      '1_label.down.sql': 'ALTER TABLE customers DROP COLUMN label; UPDATE customers SET city = NULL WHERE id = 7;',
    };
    const { checks } = await tried(server.url, { files, more: { worstMs: 30_000 } });
    expect(said(checks, 'restored')).toBe(
      'fail: The rows differ: public.customers: 30000 rows as before, with another checksum.',
    );
    await query(server.url, "UPDATE customers SET city = 'Harbour'");
  });

  it('that never gets its lock says so, and is taken back', async () => {
    const { checks } = await tried(server.url, { files: { ...add, ...dropped }, more: { blockerMs: 60_000 } });
    expect(said(checks, 'steps')).toMatch(
      /^fail: 1_label failed under load( on the way back)?: it did not get its lock in 2 s \(\d+ tries\)/,
    );
    expect(await query(server.url, columns)).toEqual([{ all: 'id name city' }]);
  });

  it('under which a pooled connection breaks fails, though a new one works', async () => {
    const { checks } = await tried(server.url, {
      files: { ...add, ...dropped },
      more: {
        worstMs: 30_000,
        statements: { old: ['SELECT * FROM customers LIMIT 1'], new: ['SELECT label FROM customers LIMIT 1'] },
      },
    });
    expect(said(checks, 'old-code')).toMatch(
      /^fail: After 1_label this fails on a connection that was open before: .*cached plan must not change result type/,
    );
    expect(said(checks, 'new-code')).toBe('pass');
  });

  it('that leaves an index invalid fails', async () => {
    const files = {
      '1_unique.up.sql': 'UPDATE customers SET city = city WHERE id = 1; SELECT 1; -- rehearsal: no transaction',
      '1_unique.down.sql': '',
      ...{ '2_bad.up.sql': 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS one_city ON customers (city);' },
      ...{ '2_bad.down.sql': 'DROP INDEX CONCURRENTLY IF EXISTS one_city;' },
    };
    await query(server.url, 'CREATE UNIQUE INDEX CONCURRENTLY one_city ON customers (city)').catch(() => {});
    const { checks } = await tried(server.url, { files, more: { worstMs: 30_000 } });
    expect(said(checks, 'invalid')).toMatch(/^fail: (public\.)?one_city: an index that is not valid/);
    await query(server.url, 'DROP INDEX IF EXISTS one_city');
  });

  it('of a program of the user is run by it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'migration-command-'));
    const script = join(folder, 'migrate.cjs');
    const pg = createRequire(import.meta.url).resolve('pg');
    await writeFile(
      script,
      `const { Client } = require(${JSON.stringify(pg)});
      const client = new Client({ connectionString: process.env.DATABASE_URL });
      client.connect().then(() => client.query(process.argv[2])).catch((error) => { console.error(error.message); process.exitCode = 1; }).finally(() => client.end());`,
    );
    // As long as it takes until enough statements of others were sent.
    const sleep = 'SELECT pg_sleep(0.6)';
    const run = (sql: string) => [process.execPath, script, `${sql}; ${sleep}`];
    const up = run('ALTER TABLE customers ADD COLUMN IF NOT EXISTS label text');
    const down = run('ALTER TABLE customers DROP COLUMN IF EXISTS label');
    const { checks } = await tried(server.url, {
      files: {},
      more: { command: { up, down }, worstMs: 30_000, blockerMs: 0 },
    });
    const bad = checks.filter(({ verdict }) => verdict !== 'pass').map(({ id, verdict }) => `${id} ${verdict}`);
    expect(bad).toEqual(['blocker inconclusive', 'old-code inconclusive', 'new-code inconclusive']);
  });

  it('is not tried on what is called production', async () => {
    await query(server.url, 'CREATE DATABASE shop_production');
    const url = server.url.replace(/\/shop$/, '/shop_production');
    await expect(tried(url, { files: { ...add, ...dropped } })).rejects.toThrow(/shop_production is called production/);
  });
});
