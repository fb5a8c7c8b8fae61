import type pg from 'pg';

/** What a database is: its schema, one line a thing, and count and checksum of each table's rows. */
export interface Snapshot {
  schema: string[];
  rows: Map<string, { rows: number; sum: string }>;
  invalidIndexes: string[];
  invalidConstraints: string[];
}

const own = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

/** @param ignored name of a table that is not looked at @param withRows whether rows are counted and summed up */
export async function snapshot(client: pg.ClientBase, ignored: string, withRows: boolean): Promise<Snapshot> {
  const lines = async (sql: string) =>
    (await client.query<{ line: string }>(sql, sql.includes('$1') ? [ignored] : [])).rows.map(({ line }) => line);
  await client.query("SET search_path = ''");
  const schema = [
    ...(await lines(
      `SELECT format('table %I.%I %s %s', n.nspname, c.relname, c.relkind, c.relacl) AS line FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relname <> $1`,
    )),
    // Its place among the columns that are there: a column that was dropped leaves a gap in attnum and nothing else.
    ...(await lines(
      `SELECT format('column %I.%I.%I %s: %s%s%s%s%s', n.nspname, c.relname, a.attname,
         row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), format_type(a.atttypid, a.atttypmod),
         CASE WHEN a.attnotnull THEN ' not null' END, ' default ' || pg_get_expr(d.adbin, d.adrelid),
         ' identity ' || nullif(a.attidentity::text, ''), ' generated ' || nullif(a.attgenerated::text, '')) AS line
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
       WHERE ${own} AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname <> $1`,
    )),
    // NOT NULL stands with the column, and is a constraint of its own since PostgreSQL 18.
    ...(await lines(
      `SELECT format('constraint %I.%I.%I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)) AS line
       FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE ${own} AND k.contype <> 'n' AND c.relname <> $1`,
    )),
    ...(await lines(
      `SELECT format('index %s%s', pg_get_indexdef(i.indexrelid), CASE WHEN NOT i.indisvalid THEN ' INVALID' END) AS line
       FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE ${own} AND c.relname <> $1`,
    )),
    ...(await lines(
      `SELECT format('trigger %s %s', pg_get_triggerdef(t.oid), t.tgenabled) AS line FROM pg_trigger t
       JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND NOT t.tgisinternal`,
    )),
    ...(await lines(
      `SELECT format('function %I.%I %s', n.nspname, p.proname, md5(pg_get_functiondef(p.oid))) AS line FROM pg_proc p
       JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${own} AND p.prokind IN ('f', 'p', 'w')
       AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e')`,
    )),
    ...(await lines(
      `SELECT format('view %I.%I %s', n.nspname, c.relname, md5(pg_get_viewdef(c.oid))) AS line FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND c.relkind IN ('v', 'm')`,
    )),
    ...(await lines(
      `SELECT format('type %I.%I %s', n.nspname, t.typname, string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder)) AS line
       FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid
       WHERE ${own} GROUP BY n.nspname, t.typname`,
    )),
    ...(await lines(`SELECT format('extension %I %s', extname, extversion) AS line FROM pg_extension`)),
    ...(await lines(
      `SELECT format('policy %I on %I %s', p.polname, c.relname, md5(concat(p.polcmd, p.polroles::text, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)))) AS line
       FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid`,
    )),
  ].sort();
  const rows = new Map<string, { rows: number; sum: string }>();
  for (const table of withRows ? await tablesOf(client, ignored) : []) rows.set(table, await summed(client, table));
  return {
    schema,
    rows,
    invalidIndexes: await lines(
      `SELECT i.indexrelid::regclass::text AS line FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND NOT i.indisvalid`,
    ),
    invalidConstraints: await lines(
      `SELECT format('%I on %s', k.conname, k.conrelid::regclass) AS line FROM pg_constraint k
       JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND NOT k.convalidated`,
    ),
  };
}

/** `public.orders`, quoted where that is needed. */
async function tablesOf(client: pg.ClientBase, ignored: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${own} AND c.relkind IN ('r', 'f') AND c.relname <> $1 ORDER BY 1`,
    [ignored],
  );
  return rows.map(({ name }) => name);
}

/** The sum does not depend on the order of the rows. */
async function summed(client: pg.ClientBase, table: string): Promise<{ rows: number; sum: string }> {
  const { rows } = await client.query<{ rows: string; sum: string }>(
    `SELECT count(*) AS rows, coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint), 0)::text AS sum FROM ${table} t`,
  );
  const [found] = rows;
  return { rows: Number(found?.rows ?? 0), sum: found?.sum ?? '' };
}

/** Lines of a schema that only one of them has: `+` where the second has them. */
export function schemaDifferences(a: Snapshot, b: Snapshot): string[] {
  const [first, second] = [new Set(a.schema), new Set(b.schema)];
  return [
    ...a.schema.filter((line) => !second.has(line)).map((line) => `- ${line}`),
    ...b.schema.filter((line) => !first.has(line)).map((line) => `+ ${line}`),
  ];
}

/** Tables whose rows differ: `public.orders: 12 rows, were 14`. */
export function rowDifferences(a: Snapshot, b: Snapshot): string[] {
  const tables = [...new Set([...a.rows.keys(), ...b.rows.keys()])].sort();
  return tables.flatMap((table) => {
    const [was, is] = [a.rows.get(table), b.rows.get(table)];
    if (was?.rows !== is?.rows) return [`${table}: ${is?.rows ?? 'no'} rows, were ${was?.rows ?? 'none'}`];
    return was?.sum === is?.sum ? [] : [`${table}: ${is?.rows} rows as before, with another checksum`];
  });
}
