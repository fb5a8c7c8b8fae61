import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stepsOfFolder } from '../../../../src/domains/rehearsal/database/steps/folder.ts';
import { splitStatements } from '../../../../src/domains/rehearsal/database/steps/split.ts';
import { ownFindings } from '../../../../src/domains/rehearsal/database/steps/static.ts';
import { refuseProduction } from '../../../../src/domains/rehearsal/database/target.ts';

const bare = (sql: string) => splitStatements(sql).map((each) => each.bare);

describe('the statements of a file', () => {
  it.each([
    ['two', 'SELECT 1; SELECT 2', ['SELECT 1', 'SELECT 2']],
    ['semicolons in quotes', `SELECT 'a;b', "c;d", E'e\\';f'; SELECT 2`, [`SELECT '', "c;d", ''`, 'SELECT 2']],
    ['a body in dollars', 'DO $body$ BEGIN x; $$ y; END $body$; SELECT 2;', ["DO ''", 'SELECT 2']],
    ['comments that nest', '/* a; /* b; */ c; */ SELECT 1 -- d; e\n; -- f', ['SELECT 1']],
    [
      'a body in the words of SQL',
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3',
      ['CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END', 'SELECT 3'],
    ],
    ['a quote that does not end', "SELECT 'a; b", ["SELECT 'a", 'b']],
  ])('%s', (_, sql, expected) => expect(bare(sql)).toEqual(expected));
});

async function steps(files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'steps-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return stepsOfFolder(folder);
}

it('the files of golang-migrate, Flyway, dbmate and goose are read', async () => {
  const read = await steps({
    '9_a.up.sql': 'SELECT 1',
    '9_a.down.sql': 'SELECT 2',
    '10_contract.sql': '-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down\nSELECT 2; SELECT 3;',
    '11_c.sql': '-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;',
    'V12__d.sql': 'CREATE INDEX CONCURRENTLY i ON t (a)',
    'U12__d.sql': 'DROP INDEX i',
    '13_e.sql': 'SELECT 1',
  });
  const row = ({ name, isContract, up, down }: (typeof read)[number]) =>
    [name, up.statements.length, up.inTransaction, down?.statements.length ?? null, isContract].join(' ');
  expect(read.map(row)).toEqual([
    '9_a 1 true 1 false',
    '10_contract 1 false 2 true',
    '11_c 1 true 1 false',
    '13_e 1 true  false',
    'V12__d 1 false 1 false',
  ]);
  await expect(steps({ 'a.txt': '' })).rejects.toThrow(/no SQL files/);
  await expect(steps({ '1.sql': '-- rehearsal: batched\nSELECT 1; SELECT 2' })).rejects.toThrow(/one statement/);
});

it.each([
  ['UPDATE orders SET a = 1', 'unbatched-change'],
  ['UPDATE orders SET a = 1 WHERE a IS NULL', 'unbatched-change'],
  ['DELETE FROM orders WHERE id = 7', ''],
  ['-- rehearsal: batched\nUPDATE orders SET a = 1 WHERE a IS NULL', ''],
  ['LOCK TABLE orders', 'lock-table'],
  ['CREATE INDEX i ON orders (a)', 'index-not-concurrent'],
  ['CREATE TABLE lines (a int); CREATE INDEX i ON lines (a)', ''],
  ['CREATE INDEX CONCURRENTLY i ON orders (a)', ''],
  ['ALTER TABLE orders ADD COLUMN a uuid DEFAULT gen_random_uuid()', 'volatile-default'],
  ['ALTER TABLE orders ADD COLUMN a timestamptz DEFAULT now()', ''],
  ["ALTER TABLE orders ADD COLUMN a text DEFAULT 'x'", ''],
  ['ALTER TABLE orders ALTER COLUMN a TYPE bigint', 'type-change'],
  ['ALTER TABLE orders ALTER COLUMN a SET NOT NULL', 'not-null-without-check'],
  [
    'ALTER TABLE orders ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT c; ALTER TABLE orders ALTER a SET NOT NULL',
    '',
  ],
  ['ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0)', 'constraint-validated-at-once'],
])('%s: %s', async (sql, rule) => {
  const found = ownFindings(await steps({ '1_x.sql': sql }));
  expect(found.map((each) => each.rule).join(' ')).toBe(rule);
});

it.each(['production', 'db.prod.example', 'shop_prod1', 'prd-db', 'live.example', 'shopproduction'])(
  '%s is production',
  (name) => expect(() => refuseProduction([name])).toThrow(/production/),
);
it.each(['products', 'shop', 'olive', 'staging.example', 'product_copy', 'delivery'])('%s is not', (name) =>
  expect(() => refuseProduction([name])).not.toThrow(),
);
