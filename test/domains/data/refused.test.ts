import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anonymizeDatabase } from '../../../src/domains/data/copying/anonymize.ts';
import { shownFailure } from '../../../src/domains/data/copying/failure.ts';
import { type DataRules, noRules } from '../../../src/domains/data/plan/rules.ts';
import { connected } from '../../../src/domains/data/postgres/connect.ts';
import { refuseMissingExtensions } from '../../../src/domains/data/postgres/make.ts';
import { type Databases, query, startDatabases } from './databases.ts';

const key = 'a key of the tests, long enough';
let databases: Databases;
let empty: string;
beforeAll(async () => {
  databases = await startDatabases();
  empty = await databases.make('empty_target');
}, 120_000);
afterAll(() => databases.stop());

const failed = async (from: string, to: string, rules: Partial<DataRules> = {}) =>
  (await anonymizeDatabase({ from, to, key, rules: { ...noRules, ...rules } }).then(
    () => null,
    (error: unknown) => shownFailure(error),
  )) as { code: string; message: string; hint: string } | null;

const users = 'CREATE TABLE users (id integer PRIMARY KEY, email text); ';
const mail = 'wilhelmina.habermann@mail-habermann.de';
const person = `INSERT INTO users VALUES (1, '${mail}'); `;

describe('what is refused, before anything is written', { timeout: 60_000 }, () => {
  it.each([
    [
      'a type of which nothing is known',
      'DATA_TYPE_UNKNOWN',
      /public\.places\.at has type point/,
      'CREATE TABLE places (at point)',
    ],
    ['large objects', 'DATA_LARGE_OBJECTS', /1 large object;/, 'SELECT lo_create(0)'],
    [
      'a table that inherits',
      'DATA_INHERITS',
      /public\.child/,
      'CREATE TABLE base (a int); CREATE TABLE child () INHERITS (base)',
    ],
    [
      'an address in a check',
      'DATA_CONSTANT',
      /check constraint public\.users\.no_boss/,
      `${users}${person}ALTER TABLE users ADD CONSTRAINT no_boss CHECK (email <> 'boss@mail-habermann.de')`,
    ],
    [
      'an address in a function',
      'DATA_CONSTANT',
      /function public\.boss/,
      `CREATE FUNCTION boss() RETURNS text LANGUAGE sql AS $$ SELECT 'boss@mail-habermann.de' -- ask her $$`,
    ],
    [
      'a name in a comment in a function',
      'DATA_CONSTANT',
      /function public\.boss/,
      'CREATE FUNCTION boss() RETURNS int LANGUAGE plpgsql AS $$ BEGIN -- ask Wilhelmina\n RETURN 1; END $$',
    ],
    [
      'a value of the source in a view',
      'DATA_CONSTANT',
      /view public\.one/,
      `${users}INSERT INTO users VALUES (1, 'kwortzlbrumm'); CREATE VIEW one AS SELECT id FROM users WHERE email = 'kwortzlbrumm'`,
    ],
    [
      'a partition by ranges of ids',
      'DATA_PARTITION',
      /public\.parted/,
      'CREATE TABLE parted (id integer PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (1) TO (100)',
    ],
  ])('%s', async (title, code, says, sql) => {
    const from = await databases.make(`source_${title.replace(/\W/g, '_').slice(0, 40)}`);
    await query(from, sql);
    const error = await failed(from, empty);
    expect(error).toMatchObject({ code, message: expect.stringMatching(says), hint: expect.any(String) });
    expect(error?.message).not.toContain('boss@');
    expect(
      await query(
        empty,
        "SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('public', 'shakedown_data')",
      ),
    ).toEqual([]);
  });

  it('rules of columns that are not there', async () => {
    const from = await databases.make('source_rules');
    await query(from, users);
    expect(await failed(from, empty, { columns: { 'users.mail': 'keep' } })).toMatchObject({
      code: 'DATA_RULES',
      message: expect.stringContaining('users.mail'),
    });
    expect(await failed(from, empty, { tables: { customers: 'empty' } })).toMatchObject({ code: 'DATA_RULES' });
  });

  it('a target that is the source, is not empty, or is called production', async () => {
    const from = await databases.make('source_places');
    await query(from, users);
    expect(await failed(from, from)).toMatchObject({ code: 'DATA_SAME_DATABASE' });
    expect(await failed(from, from.replace('127.0.0.1', 'localhost'))).toMatchObject({ code: 'DATA_SAME_DATABASE' });
    const full = await databases.make('target_full');
    await query(full, 'CREATE TABLE there (a int)');
    expect(await failed(from, full)).toMatchObject({
      code: 'DATA_TARGET_NOT_EMPTY',
      message: expect.stringContaining('public.there'),
    });
    expect(await failed(from, await databases.make('shop_production'))).toMatchObject({
      code: 'DATA_TARGET_PRODUCTION',
    });
    expect(await failed(from, 'postgres://nobody@127.0.0.1:1/none')).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  });

  it('an extension that the target has not', async () => {
    const client = await connected(empty, 'target');
    const object = { title: 'extension no_such_thing', sql: '', definition: null, stage: 'before' as const };
    await expect(refuseMissingExtensions(client, [object])).rejects.toMatchObject({
      code: 'DATA_EXTENSION_MISSING',
      message: expect.stringContaining('no_such_thing'),
    });
    await client.end();
  });
});

describe('what goes wrong while rows are copied', { timeout: 60_000 }, () => {
  it('bytes that are no text are named with their table', async () => {
    const from = await databases.make(
      'source_bytes',
      "ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'",
    );
    await query(
      from,
      "CREATE TABLE letters (id int PRIMARY KEY, body text); SET client_encoding = 'SQL_ASCII'; INSERT INTO letters VALUES (1, E'gr\\xfc\\xdfe')",
    );
    expect(await failed(from, await databases.make('target_bytes'))).toMatchObject({
      code: 'DATA_ENCODING',
      message: expect.stringContaining('public.letters'),
    });
  });

  it('rows that a policy hides are not left out in silence', async () => {
    const from = await databases.make('source_policy');
    await query(
      from,
      `${users}${person}CREATE ROLE reader LOGIN PASSWORD 'r'; GRANT SELECT ON users TO reader; ALTER TABLE users ENABLE ROW LEVEL SECURITY; CREATE POLICY some_rows ON users USING (id > 1)`,
    );
    const reader = new URL(from);
    reader.username = 'reader';
    reader.password = 'r';
    expect(await failed(reader.href, await databases.make('target_policy'))).toMatchObject({
      code: 'DATA_PERMISSION',
      hint: expect.stringContaining('BYPASSRLS'),
    });
  });

  it('a check that pseudonyms do not fit is named, with the rule that helps', async () => {
    const from = await databases.make('source_check');
    await query(
      from,
      "CREATE TABLE codes (id int PRIMARY KEY, remark text CHECK (remark ~ '^[a-f]+ [a-f]+$')); INSERT INTO codes SELECT n, 'abc def' || repeat('a', n) FROM generate_series(1, 9) n",
    );
    const to = await databases.make('target_check');
    expect(await failed(from, to)).toMatchObject({
      code: 'DATA_OBJECT',
      message: expect.stringContaining('codes_remark_check'),
    });
    // The same rows with the rule: it is another copy, so it needs another target.
    const other = await databases.make('target_check_2');
    expect(await failed(from, other, { columns: { 'codes.remark': 'keep' } })).toBeNull();
  });

  // To mount needs root.
  it.skipIf(process.getuid?.() !== 0)('a disk that is full is told, in a database and in a folder', async () => {
    const small = mkdtempSync(join(tmpdir(), 'shakedown-small-'));
    chmodSync(small, 0o755);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', small]);
    try {
      chownSync(small, 65_534, 65_534);
      const from = await databases.make('source_large');
      await query(
        from,
        "CREATE TABLE notes (id int PRIMARY KEY, body text); INSERT INTO notes SELECT n, repeat('a few words of it ', 40) || n FROM generate_series(1, 30000) n; ANALYZE",
      );
      const place = join(small, 'files');
      expect(await failed(from, place)).toMatchObject({
        code: 'DATA_TARGET_FULL',
        hint: expect.stringContaining('goes on'),
      });
      rmSync(place, { recursive: true });
      await query(from, `CREATE TABLESPACE small LOCATION '${small}'`);
      const to = await databases.make('target_small', 'TABLESPACE small');
      expect(await failed(from, to)).toMatchObject({ code: 'DATA_TARGET_FULL' });
    } finally {
      await databases.stop();
      execFileSync('umount', [small]);
      rmSync(small, { recursive: true, force: true });
    }
  });
});
