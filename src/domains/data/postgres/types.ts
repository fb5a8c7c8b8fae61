import type pg from 'pg';

export interface Type {
  oid: number;
  schema: string;
  name: string;
  /** `b` base, `c` row, `d` domain, `e` enum, `r` range, `m` several ranges, `p` pseudo. */
  kind: string;
  /** It is PostgreSQL's own, and no extension's. */
  isBuiltIn: boolean;
  /** Of a domain. */
  base: number;
  /** Of an array; 0: it is none. */
  element: number;
  /** Between the elements of an array. */
  separator: string;
  /** Of a range. */
  subtype: number;
  labels: string[];
  fields: { name: string; type: string; typeOid: number }[];
}

/** Types with all that they are made of. */
export async function readTypes(client: pg.ClientBase, oids: readonly number[]): Promise<Map<number, Type>> {
  const known = new Map<number, Type>();
  let wanted = [...new Set(oids)];
  while (wanted.length > 0) {
    const { rows } = await client.query<Type>(
      `SELECT t.oid::int8::float8 AS oid, n.nspname AS schema, t.typname AS name, t.typtype AS kind, n.nspname = 'pg_catalog' AS "isBuiltIn",
         t.typbasetype::int8::float8 AS base, CASE WHEN t.typcategory = 'A' THEN t.typelem::int8::float8 ELSE 0 END AS element,
         coalesce((SELECT typdelim FROM pg_type e WHERE e.oid = t.typelem), ',') AS separator,
         coalesce((SELECT rngsubtype::int8::float8 FROM pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)), 0) AS subtype,
         coalesce((SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '{}') AS labels,
         coalesce((SELECT json_agg(json_build_object('name', attname, 'type', format_type(atttypid, atttypmod), 'typeOid', atttypid::int8) ORDER BY attnum)
           FROM pg_attribute a WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped), '[]') AS fields
       FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = ANY($1::oid[])`,
      [wanted],
    );
    for (const type of rows) known.set(type.oid, type);
    const parts = rows.flatMap(({ base, element, subtype, fields }) => [
      base,
      element,
      subtype,
      ...fields.map(({ typeOid }) => typeOid),
    ]);
    wanted = [...new Set(parts)].filter((oid) => oid !== 0 && !known.has(oid));
  }
  return known;
}

/** What a domain is in the end; another type is itself. */
export function plainType(types: ReadonlyMap<number, Type>, oid: number): Type | undefined {
  const type = types.get(oid);
  return type !== undefined && type.kind === 'd' ? plainType(types, type.base) : type;
}
