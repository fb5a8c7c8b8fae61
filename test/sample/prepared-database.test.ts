import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startPostgres } from '../../src/sample/supervisor/postgres.ts';
import { PreparedDatabase } from '../../src/sample/supervisor/prepared-database.ts';

let folder: string;
let cache: string;
let kept: PreparedDatabase;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prepared-'));
  cache = join(folder, 'shakedown');
  kept = new PreparedDatabase('key', { XDG_CACHE_HOME: folder });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

let filled = 0;
const content = () => ({
  kept,
  async fill(url: string) {
    filled++;
    await query(url, "CREATE TABLE teas AS SELECT n, 'Sencha ' || n AS name FROM generate_series(1, 500) AS n");
  },
});

async function teas(): Promise<{ rows: unknown[]; url: string }> {
  const server = await startPostgres({}, content());
  try {
    expect(await query(server.localUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    return { rows: await query(server.url, 'SELECT count(*)::int, max(name) FROM teas'), url: server.url };
  } finally {
    await server.stop();
  }
}

const dataOf = (name: string) => join(cache, 'sample-database-key', 'data', name);

it('is filled once; later starts have the same rows and another password, and one that was changed is made anew', async () => {
  filled = 0;
  const first = await teas();
  const second = await teas();
  expect(first.rows).toEqual([{ count: 500, max: 'Sencha 99' }]);
  expect(second.rows).toEqual(first.rows);
  expect(filled).toBe(1);
  expect(new URL(second.url).password).not.toBe(new URL(first.url).password);
  expect(readdirSync(cache)).toEqual(['sample-database-key']);

  const control = readFileSync(dataOf('global/pg_control'));
  control[100] = (control[100] ?? 0) ^ 1;
  writeFileSync(dataOf('global/pg_control'), control);
  expect((await teas()).rows).toEqual(first.rows);
  expect(filled).toBe(2);

  rmSync(dataOf('global'), { recursive: true });
  expect((await teas()).rows).toEqual(first.rows);
  expect(filled).toBe(3);
  expect((await teas()).rows).toEqual(first.rows);
  expect(filled).toBe(3);
}, 240_000);

it('is made each time where the cache cannot be written', async () => {
  filled = 0;
  writeFileSync(cache, 'a file in its way');
  await teas();
  await teas();
  expect(filled).toBe(2);
}, 240_000);

it('is not taken from a folder that is not whole, nor kept of a server that was not shut down', async () => {
  const data = join(folder, 'data');
  mkdirSync(dataOf('global'), { recursive: true });
  expect(await kept.copyTo(data, {})).toBeNull();
  expect(existsSync(data)).toBe(false);

  const running = join(folder, 'running');
  mkdirSync(running);
  writeFileSync(join(running, 'postmaster.pid'), '1');
  kept.keep(running, 'secret');
  expect(readdirSync(cache)).toEqual([]);
});

it('takes the place of those that nobody used for a week, unfinished ones too', async () => {
  const data = join(folder, 'made');
  mkdirSync(data);
  writeFileSync(join(data, 'PG_VERSION'), '18\n');
  const long = new Date(Date.now() - 8 * 24 * 3_600_000);
  for (const name of ['sample-database-old', 'sample-database-new', 'sample-database-x.1.unfinished', 'other'])
    mkdirSync(join(cache, name), { recursive: true });
  for (const name of ['sample-database-old', 'sample-database-x.1.unfinished', 'other'])
    utimesSync(join(cache, name), long, long);
  kept.keep(data, 'secret');
  expect(readdirSync(cache).sort()).toEqual(['other', 'sample-database-key', 'sample-database-new']);
  const copy = join(folder, 'copy');
  expect(await kept.copyTo(copy, {})).toBe('secret');
  expect(readFileSync(join(copy, 'PG_VERSION'), 'utf8')).toBe('18\n');
});
