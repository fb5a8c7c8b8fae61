import type pg from 'pg';
import type { Catalog, Table } from './catalog.ts';
import { literal, quoted } from './connect.ts';

/** Something of the schema that is made with one statement. */
export interface SchemaObject {
  /** `check constraint public.users.users_email_check`: its name in rules and messages. */
  title: string;
  sql: string;
  /** Its own words, in which data may stand; null: there are none but names. */
  definition: string | null;
  /** When it is made: `before` the rows, `keys` (what makes rows unique), `after`. */
  stage: 'before' | 'keys' | 'after';
}

const notOfExtension = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;
const own = (name: string) => `${name} !~ '^pg_' AND ${name} NOT IN ('information_schema', 'shakedown_data')`;

/** What there is besides tables and rows, in an order in which it can be made. */
export async function readObjects(client: pg.ClientBase, catalog: Catalog): Promise<SchemaObject[]> {
  const objects: SchemaObject[] = [];
  const add = async (stage: SchemaObject['stage'], kind: string, query: string) => {
    const { rows } = await client.query<{ name: string; sql: string; definition: string | null }>(query);
    for (const { name, sql, definition } of rows) objects.push({ stage, title: `${kind} ${name}`, sql, definition });
  };
  await add(
    'before',
    'extension',
    `SELECT extname AS name, format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA %I', extname, nspname) AS sql, NULL AS definition
    FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname <> 'plpgsql'`,
  );
  await add(
    'before',
    'schema',
    `SELECT nspname AS name, format('CREATE SCHEMA IF NOT EXISTS %I', nspname) AS sql, NULL AS definition
    FROM pg_namespace n WHERE ${own('nspname')} AND ${notOfExtension('pg_namespace', 'n.oid')}`,
  );
  // Schemas come before the extensions that are in them.
  objects.sort((a, b) => Number(a.title.startsWith('extension')) - Number(b.title.startsWith('extension')));
  await add(
    'before',
    'enum',
    `SELECT format('%s.%s', n.nspname, t.typname) AS name,
      format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname, string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)) AS sql,
      string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) AS definition
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid
    WHERE ${own('n.nspname')} AND ${notOfExtension('pg_type', 't.oid')} GROUP BY t.oid, n.nspname, t.typname`,
  );
  await add(
    'before',
    'domain',
    `SELECT format('%s.%s', n.nspname, t.typname) AS name,
      format('CREATE DOMAIN %I.%I AS %s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod))
        || coalesce(' DEFAULT ' || t.typdefault, '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
        || coalesce((SELECT string_agg(format(' CONSTRAINT %I %s', conname, pg_get_constraintdef(c.oid)), '') FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'), '') AS sql,
      concat_ws(' ', t.typdefault, (SELECT string_agg(pg_get_constraintdef(c.oid), ' ') FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c')) AS definition
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'd' AND ${own('n.nspname')} AND ${notOfExtension('pg_type', 't.oid')} ORDER BY t.oid`,
  );
  await add(
    'before',
    'type',
    `SELECT format('%s.%s', n.nspname, t.typname) AS name,
      format('CREATE TYPE %I.%I AS (%s)', n.nspname, t.typname, (SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
        FROM pg_attribute WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped)) AS sql, NULL AS definition
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
    WHERE t.typtype = 'c' AND ${own('n.nspname')} AND ${notOfExtension('pg_type', 't.oid')} ORDER BY t.oid`,
  );
  await add(
    'before',
    'range type',
    `SELECT format('%s.%s', n.nspname, t.typname) AS name, format('CREATE TYPE %I.%I AS RANGE (SUBTYPE = %s)', n.nspname, t.typname, format_type(rngsubtype, NULL)) AS sql, NULL AS definition
    FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE ${own('n.nspname')} AND ${notOfExtension('pg_type', 't.oid')}`,
  );
  await add(
    'before',
    'sequence',
    `SELECT format('%s.%s', n.nspname, c.relname) AS name,
      format('CREATE SEQUENCE %I.%I AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s%s', n.nspname, c.relname, format_type(seqtypid, NULL), seqincrement, seqmin, seqmax, seqstart, seqcache, CASE WHEN seqcycle THEN ' CYCLE' ELSE '' END) AS sql, NULL AS definition
    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${own('n.nspname')} AND ${notOfExtension('pg_class', 'c.oid')} AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'i')`,
  );
  await add(
    'before',
    'function',
    `SELECT format('%s.%s', n.nspname, p.proname) AS name, pg_get_functiondef(p.oid) AS sql, pg_get_functiondef(p.oid) AS definition
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind IN ('f', 'p') AND ${own('n.nspname')} AND ${notOfExtension('pg_proc', 'p.oid')} ORDER BY p.oid`,
  );
  for (const table of catalog.tables.values()) objects.push(tableObject(table, catalog));
  await add(
    'before',
    'owner of sequence',
    `SELECT format('%s.%s', n.nspname, c.relname) AS name, format('ALTER SEQUENCE %I.%I OWNED BY %I.%I.%I', n.nspname, c.relname, tn.nspname, t.relname, a.attname) AS sql, NULL AS definition
    FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S' JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class t ON t.oid = d.refobjid
      JOIN pg_namespace tn ON tn.oid = t.relnamespace JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a' AND ${own('n.nspname')}`,
  );
  const constraint = (types: string) => `SELECT format('%s.%s.%s', n.nspname, c.relname, o.conname) AS name,
      format('ALTER TABLE %s%I.%I ADD CONSTRAINT %I %s', CASE WHEN c.relkind = 'p' OR o.contype = 'f' THEN '' ELSE 'ONLY ' END, n.nspname, c.relname, o.conname, pg_get_constraintdef(o.oid)) AS sql,
      CASE WHEN o.contype IN ('c', 'x') THEN pg_get_constraintdef(o.oid) END AS definition
    FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE o.contype IN (${types}) AND o.conparentid = 0 AND (o.coninhcount = 0 OR o.conislocal) AND c.relkind IN ('r', 'p') AND ${own('n.nspname')} AND ${notOfExtension('pg_class', 'c.oid')}
    ORDER BY o.contype <> 'p', o.oid`;
  await add('keys', 'constraint', constraint(`'p', 'u', 'x'`));
  await add(
    'keys',
    'index',
    `SELECT format('%s.%s', n.nspname, i.relname) AS name, pg_get_indexdef(i.oid) AS sql,
      concat_ws(' ', pg_get_expr(x.indpred, x.indrelid), pg_get_expr(x.indexprs, x.indrelid)) AS definition
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = i.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT i.relispartition AND ${own('n.nspname')} AND ${notOfExtension('pg_class', 'c.oid')}
      AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.oid AND o.contype IN ('p', 'u', 'x')) ORDER BY i.oid`,
  );
  await add('after', 'check constraint', constraint(`'c'`));
  await add('after', 'foreign key', constraint(`'f'`));
  await add(
    'after',
    'view',
    `SELECT format('%s.%s', n.nspname, c.relname) AS name,
      format('CREATE %s %I.%I%s AS %s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, n.nspname, c.relname,
        coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', ''), pg_get_viewdef(c.oid)) AS sql, pg_get_viewdef(c.oid) AS definition
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${own('n.nspname')} AND ${notOfExtension('pg_class', 'c.oid')} ORDER BY c.oid`,
  );
  await add(
    'after',
    'index',
    `SELECT format('%s.%s', n.nspname, i.relname) AS name, pg_get_indexdef(i.oid) AS sql, concat_ws(' ', pg_get_expr(x.indpred, x.indrelid), pg_get_expr(x.indexprs, x.indrelid)) AS definition
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = i.relnamespace WHERE c.relkind = 'm' AND ${own('n.nspname')} ORDER BY i.oid`,
  );
  await add(
    'after',
    'trigger',
    `SELECT format('%s.%s.%s', n.nspname, c.relname, t.tgname) AS name, pg_get_triggerdef(t.oid) AS sql, pg_get_triggerdef(t.oid) AS definition
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND ${own('n.nspname')} ORDER BY t.oid`,
  );
  await add(
    'after',
    'rule',
    `SELECT format('%s.%s.%s', n.nspname, c.relname, r.rulename) AS name, pg_get_ruledef(r.oid) AS sql, pg_get_ruledef(r.oid) AS definition
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename <> '_RETURN' AND ${own('n.nspname')}`,
  );
  await add(
    'after',
    'statistics',
    `SELECT format('%s.%s', n.nspname, s.stxname) AS name, pg_get_statisticsobjdef(s.oid) AS sql, pg_get_statisticsobjdef(s.oid) AS definition
    FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE ${own('n.nspname')}`,
  );
  await add(
    'after',
    'policy',
    `SELECT format('%s.%s.%s', n.nspname, c.relname, p.polname) AS name,
      format('CREATE POLICY %I ON %I.%I AS %s FOR %s TO public', p.polname, n.nspname, c.relname, CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END)
        || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '') || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') AS sql,
      concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) AS definition
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own('n.nspname')}`,
  );
  for (const { schema, name, title, rowSecurity, forcedRowSecurity } of catalog.tables.values()) {
    const alter = (what: string) =>
      objects.push({
        stage: 'after',
        title: `row security of ${title}`,
        sql: `ALTER TABLE ${quoted(schema)}.${quoted(name)} ${what} ROW LEVEL SECURITY`,
        definition: null,
      });
    if (rowSecurity) alter('ENABLE');
    if (forcedRowSecurity) alter('FORCE');
  }
  return objects;
}

function tableObject(table: Table, catalog: Catalog): SchemaObject {
  const { schema, name, title, columns, storage, isUnlogged, partitionKey, partitionOf, bound } = table;
  const named = `${quoted(schema)}.${quoted(name)}`;
  const make = `CREATE ${isUnlogged ? 'UNLOGGED ' : ''}TABLE ${named}`;
  const by = partitionKey === null ? '' : ` PARTITION BY ${partitionKey}`;
  const options = storage.length === 0 ? '' : ` WITH (${storage.join(', ')})`;
  const whole = partitionOf === null ? undefined : catalog.tables.get(partitionOf);
  if (whole !== undefined) {
    const sql = `${make} PARTITION OF ${quoted(whole.schema)}.${quoted(whole.name)} ${bound}${by}${options}`;
    return { stage: 'before', title: `partition ${title}`, sql, definition: bound };
  }
  const written = columns.map((column) => {
    const { type, collation, notNull, expression, isGenerated, isVirtual, identity } = column;
    const value =
      identity !== null
        ? ` GENERATED ${identity === 'a' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`
        : isGenerated
          ? ` GENERATED ALWAYS AS (${expression}) ${isVirtual ? 'VIRTUAL' : 'STORED'}`
          : expression === null
            ? ''
            : ` DEFAULT ${expression}`;
    return `${quoted(column.name)} ${type}${collation === null ? '' : ` COLLATE ${collation}`}${value}${notNull ? ' NOT NULL' : ''}`;
  });
  const expressions = columns.flatMap(({ expression }) => (expression === null ? [] : [expression]));
  return {
    stage: 'before',
    title: `table ${title}`,
    sql: `${make} (${written.join(', ')})${by}${options}`,
    definition: expressions.join(' '),
  };
}

/** What is there and is not copied, each with how many. */
export async function readLeftOut(client: pg.ClientBase): Promise<{ what: string; count: number }[]> {
  const counted = await client.query<{ what: string; count: number }>(`
    SELECT what, count::int FROM (
      SELECT 'aggregates' AS what, count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE prokind = 'a' AND ${own('n.nspname')} AND ${notOfExtension('pg_proc', 'p.oid')}
      UNION ALL SELECT 'operators', count(*) FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE ${own('n.nspname')} AND ${notOfExtension('pg_operator', 'o.oid')}
      UNION ALL SELECT 'configurations of text search', count(*) FROM pg_ts_config o JOIN pg_namespace n ON n.oid = o.cfgnamespace WHERE ${own('n.nspname')} AND ${notOfExtension('pg_ts_config', 'o.oid')}
      UNION ALL SELECT 'foreign tables', count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE relkind = 'f' AND ${own('n.nspname')}
      UNION ALL SELECT 'event triggers', count(*) FROM pg_event_trigger o WHERE ${notOfExtension('pg_event_trigger', 'o.oid')}
      UNION ALL SELECT 'publications', count(*) FROM pg_publication
      UNION ALL SELECT 'large objects', count(*) FROM pg_largeobject_metadata
      UNION ALL SELECT 'grants to other roles', count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE relacl IS NOT NULL AND ${own('n.nspname')}
      UNION ALL SELECT 'comments', count(*) FROM pg_description d WHERE objoid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
    ) AS counts WHERE count > 0`);
  return counted.rows;
}

/** Comments, where they are wanted. */
export async function readComments(client: pg.ClientBase, catalog: Catalog): Promise<SchemaObject[]> {
  const { rows } = await client.query<{ table: number; column: number; description: string }>(
    `SELECT objoid::int8::float8 AS table, objsubid AS column, description FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid = ANY($1::oid[])`,
    [[...catalog.tables.keys()]],
  );
  return rows.flatMap(({ table: oid, column: number, description }): SchemaObject[] => {
    const table = catalog.tables.get(oid);
    if (table === undefined) return [];
    const column = table.columns.find((each) => each.number === number);
    const of = `${quoted(table.schema)}.${quoted(table.name)}`;
    const sql =
      column === undefined
        ? `COMMENT ON TABLE ${of} IS ${literal(description)}`
        : `COMMENT ON COLUMN ${of}.${quoted(column.name)} IS ${literal(description)}`;
    return [
      {
        stage: 'after',
        title: `comment on ${table.title}${column === undefined ? '' : `.${column.name}`}`,
        sql,
        definition: literal(description),
      },
    ];
  });
}
