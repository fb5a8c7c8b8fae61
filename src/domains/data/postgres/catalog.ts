import type pg from 'pg';
import { readTypes, type Type } from './types.ts';

export interface Column {
  name: string;
  number: number;
  /** As it is written: `character varying(40)`. */
  type: string;
  typeOid: number;
  /** How many characters it may have; null: any number. */
  length: number | null;
  notNull: boolean;
  /** It is made of others by the database. */
  isGenerated: boolean;
  isVirtual: boolean;
  identity: 'a' | 'd' | null;
  /** Default, or what makes it. */
  expression: string | null;
  collation: string | null;
}

export interface Table {
  oid: number;
  schema: string;
  name: string;
  /** `public.orders`. */
  title: string;
  isPartitioned: boolean;
  /** The table that it is a partition of, and which rows go there. */
  partitionOf: number | null;
  bound: string | null;
  partitionKey: string | null;
  /** Columns that decide where a row goes; empty where an expression does. */
  partitionColumns: number[];
  partitionStrategy: 'h' | 'l' | 'r' | null;
  inherits: boolean;
  isUnlogged: boolean;
  rowSecurity: boolean;
  forcedRowSecurity: boolean;
  storage: string[];
  columns: Column[];
  pages: number;
  /** As the statistics say; a guess. */
  rows: number;
}

export interface ForeignKey {
  name: string;
  table: number;
  columns: number[];
  parent: number;
  parentColumns: number[];
  /** Another one that it comes with, as it does in a partition. */
  isInherited: boolean;
}

export interface Catalog {
  tables: Map<number, Table>;
  types: Map<number, Type>;
  foreignKeys: ForeignKey[];
  /** Columns of unique indexes and constraints, those of several columns too. */
  uniques: { table: number; columns: number[]; isPrimary: boolean }[];
}

const own = `n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'shakedown_data')`;
const notOfExtension = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;

/** What tables there are, and how they hang together. */
export async function readCatalog(client: pg.ClientBase): Promise<Catalog> {
  const { rows: tables } = await client.query<Omit<Table, 'columns' | 'title'>>(`
    SELECT c.oid::int8::float8 AS oid, n.nspname AS schema, c.relname AS name, c.relkind = 'p' AS "isPartitioned",
      CASE WHEN c.relispartition THEN (SELECT i.inhparent::int8::float8 FROM pg_inherits i WHERE i.inhrelid = c.oid) END AS "partitionOf",
      pg_get_expr(c.relpartbound, c.oid) AS bound, pg_get_partkeydef(c.oid) AS "partitionKey",
      coalesce((SELECT partattrs::int2[]::int4[] FROM pg_partitioned_table p WHERE p.partrelid = c.oid), '{}') AS "partitionColumns",
      (SELECT partstrat FROM pg_partitioned_table p WHERE p.partrelid = c.oid) AS "partitionStrategy",
      NOT c.relispartition AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid) AS inherits,
      c.relpersistence = 'u' AS "isUnlogged", c.relrowsecurity AS "rowSecurity", c.relforcerowsecurity AS "forcedRowSecurity",
      coalesce(c.reloptions, '{}') AS storage, c.relpages AS pages, greatest(c.reltuples, 0)::float8 AS rows
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND ${own} AND ${notOfExtension('pg_class', 'c.oid')} ORDER BY c.oid`);
  const catalog: Catalog = { tables: new Map(), types: new Map(), foreignKeys: [], uniques: [] };
  for (const table of tables)
    catalog.tables.set(table.oid, { ...table, title: `${table.schema}.${table.name}`, columns: [] });
  const oids = [...catalog.tables.keys()];
  const { rows: columns } = await client.query<Column & { table: number }>(
    `SELECT a.attrelid::int8::float8 AS table, a.attname AS name, a.attnum::int AS number, format_type(a.atttypid, a.atttypmod) AS type,
       a.atttypid::int8::float8 AS "typeOid",
       CASE WHEN a.atttypmod > 4 AND a.atttypid IN ('bpchar'::regtype, 'varchar'::regtype) THEN a.atttypmod - 4 END AS length,
       a.attnotnull AS "notNull", a.attgenerated <> '' AS "isGenerated", a.attgenerated = 'v' AS "isVirtual",
       nullif(a.attidentity, '') AS identity, pg_get_expr(d.adbin, d.adrelid) AS expression,
       CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation
         THEN (SELECT format('%I.%I', cn.nspname, co.collname) FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) END AS collation
     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attrelid = ANY($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum`,
    [oids],
  );
  for (const { table, ...column } of columns) catalog.tables.get(table)?.columns.push(column);
  const { rows: foreignKeys } = await client.query<ForeignKey>(
    `SELECT conname AS name, conrelid::int8::float8 AS table, conkey::int4[] AS columns, confrelid::int8::float8 AS parent,
       confkey::int4[] AS "parentColumns", conparentid <> 0 AS "isInherited"
     FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY($1::oid[]) ORDER BY oid`,
    [oids],
  );
  // Those that come with another one say nothing new: rows are looked for in the whole of a partitioned table.
  catalog.foreignKeys = foreignKeys.filter(({ isInherited, parent }) => !isInherited && catalog.tables.has(parent));
  const { rows: uniques } = await client.query<Catalog['uniques'][number]>(
    `SELECT indrelid::int8::float8 AS table, array_remove((indkey::int2[])[0:indnkeyatts - 1]::int4[], 0) AS columns, indisprimary AS "isPrimary"
     FROM pg_index WHERE (indisunique OR indisexclusion) AND indrelid = ANY($1::oid[])`,
    [oids],
  );
  catalog.uniques = uniques;
  catalog.types = await readTypes(
    client,
    columns.map(({ typeOid }) => typeOid),
  );
  return catalog;
}

/** The table that a partition is part of in the end; a table that is no partition itself. */
export function rootOf(catalog: Catalog, table: Table): Table {
  const parent = table.partitionOf === null ? undefined : catalog.tables.get(table.partitionOf);
  return parent === undefined ? table : rootOf(catalog, parent);
}

export function columnOf(table: Table, number: number): Column {
  const found = table.columns.find((column) => column.number === number);
  if (found === undefined) throw new Error(`${table.title} has no column ${number}.`);
  return found;
}
