import type pg from 'pg';
import { ShakedownError } from '../../../model/error.ts';
import { literal } from './connect.ts';
import type { SchemaObject } from './objects.ts';

/** What a later statement of the same list may still bring: an object that is missing. */
const missing = new Set(['42P01', '42704', '42883', '3F000', '42703', '42P17']);

/**
 * Makes objects, each as soon as what it needs is there.
 * @throws ShakedownError DATA_OBJECT naming the one that cannot be made
 */
export async function makeObjects(client: pg.ClientBase, objects: readonly SchemaObject[]): Promise<void> {
  // Functions may name tables that come behind them.
  await client.query('SET check_function_bodies = off');
  let waiting = [...objects];
  while (waiting.length > 0) {
    const failed: SchemaObject[] = [];
    let first: { object: SchemaObject; error: Error } | undefined;
    for (const object of waiting) {
      // One that fails must not end the transaction.
      await client.query('SAVEPOINT object');
      try {
        await client.query(object.sql);
        await client.query('RELEASE SAVEPOINT object');
      } catch (error) {
        await client.query('ROLLBACK TO SAVEPOINT object').catch(() => {});
        if (!missing.has((error as { code?: string }).code ?? '')) throw notMade(object, error as Error);
        first ??= { object, error: error as Error };
        failed.push(object);
      }
    }
    if (first !== undefined && failed.length === waiting.length) throw notMade(first.object, first.error);
    waiting = failed;
  }
}

function notMade({ title }: SchemaObject, cause: Error): ShakedownError {
  const { code, constraint } = cause as { code?: string; constraint?: string };
  const full = code === '53100';
  const hint =
    code === '23514' || code === '23505' || code === '23503' || code === '23P01'
      ? 'Pseudonyms do not fit it, or the source changed meanwhile: name a rule for its columns, or leave it out with `constants: {"…": leave}`.'
      : full
        ? 'Free some space; the same command goes on from there.'
        : 'See what the target lacks, or leave it out with `constants` in the rules.';
  return new ShakedownError(
    full ? 'DATA_TARGET_FULL' : 'DATA_OBJECT',
    `${title} cannot be made in the target: ${cause.message}${constraint === undefined ? '' : ` (${constraint})`}.`,
    { hint, cause },
  );
}

/** @throws ShakedownError DATA_EXTENSION_MISSING */
export async function refuseMissingExtensions(target: pg.ClientBase, objects: readonly SchemaObject[]): Promise<void> {
  const wanted = objects.flatMap(({ title }) =>
    title.startsWith('extension ') ? [title.slice('extension '.length)] : [],
  );
  const { rows } = await target.query<{ name: string }>(
    'SELECT name FROM pg_available_extensions WHERE name = ANY($1)',
    [wanted],
  );
  const lacking = wanted.filter((name) => !rows.some((row) => row.name === name));
  if (lacking.length === 0) return;
  throw new ShakedownError('DATA_EXTENSION_MISSING', `The target has no extension ${lacking.join(', ')}.`, {
    hint: 'Install it there, or leave it out with `constants: {"extension …": leave}` in the rules where nothing needs it.',
  });
}

/** Statements that set each sequence past what is used: pseudonyms of ids have other values than ids. */
export const sequenceStatements = `
  SELECT format('SELECT setval(%L, greatest(%s, (SELECT max(%I) FROM %I.%I)::bigint, 1)%s)', format('%I.%I', sn.nspname, s.relname),
    coalesce(q.last_value, 1), a.attname, tn.nspname, t.relname, '') AS sql, format('%s.%s', sn.nspname, s.relname) AS name
  FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace
    JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    JOIN pg_sequences q ON q.schemaname = sn.nspname AND q.sequencename = s.relname
  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND q.increment_by > 0 AND tn.nspname !~ '^pg_'`;

/** Sequences that no column owns go on where those of the source are. */
export async function looseSequences(source: pg.ClientBase): Promise<string[]> {
  const { rows } = await source.query<{ name: string; last: string }>(
    `SELECT format('%I.%I', schemaname, sequencename) AS name, last_value::text AS last FROM pg_sequences q
     WHERE last_value IS NOT NULL AND schemaname !~ '^pg_' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = format('%I.%I', schemaname, sequencename)::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0)`,
  );
  return rows.map(({ name, last }) => `SELECT setval(${literal(name)}, ${last})`);
}
