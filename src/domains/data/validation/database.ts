import type pg from 'pg';
import { detectionsIn, maskOf } from '../../traffic/public.ts';
import { type Catalog, columnOf, type Table } from '../postgres/catalog.ts';
import { quoted } from '../postgres/connect.ts';
import { plainType, type Type } from '../postgres/types.ts';
import type { EvidenceOf } from './evidence.ts';

const named = ({ schema, name }: Table) => `${quoted(schema)}.${quoted(name)}`;
const mostFindings = 200;
/** Of these, a made-up one shows by its form that it is made up; another may be someone's. */
const withoutText = new Set([
  'bool',
  'int2',
  'int4',
  'int8',
  'numeric',
  'float4',
  'float8',
  'money',
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'interval',
  'uuid',
  'bytea',
  'oid',
  'bit',
  'varbit',
  'inet',
  'cidr',
  'macaddr',
  'macaddr8',
]);

/** Looks through rows of each table, all or a sample, for what looks like someone's. */
export async function scanSample(
  client: pg.ClientBase,
  catalog: Catalog,
  { sampledRows, ignored }: { sampledRows: number; ignored: Readonly<Record<string, string>> },
): Promise<EvidenceOf<'scan'>> {
  const scan: EvidenceOf<'scan'> = { kind: 'scan', tables: [], checked: 0, findings: [], notRead: [] };
  const found = new Map<string, EvidenceOf<'scan'>['findings'][number]>();
  for (const table of catalog.tables.values()) {
    if (table.isPartitioned) continue;
    try {
      const { rows: counted } = await client.query<{ count: number }>(
        `SELECT count(*)::float8 AS count FROM ONLY ${named(table)}`,
      );
      const rows = counted[0]?.count ?? 0;
      const columns = table.columns.filter(({ typeOid }) => mayHoldText(catalog.types, typeOid));
      const looked =
        columns.length === 0
          ? rows
          : await scanTable(
              client,
              table,
              columns.map(({ name }) => name),
              { rows, sampledRows, ignored, found, scan },
            );
      scan.tables.push({ name: table.title, rows, looked });
    } catch (error) {
      scan.notRead.push(`${table.title} (${(error as Error).message})`);
    }
  }
  scan.findings = [...found.values()];
  return scan;
}

function mayHoldText(types: ReadonlyMap<number, Type>, oid: number): boolean {
  const type = plainType(types, oid);
  if (type === undefined) return true;
  if (type.kind === 'e' || type.kind === 'r' || type.kind === 'm') return false;
  return type.element === 0 ? !withoutText.has(type.name) : mayHoldText(types, type.element);
}

interface About {
  rows: number;
  sampledRows: number;
  ignored: Readonly<Record<string, string>>;
  found: Map<string, EvidenceOf<'scan'>['findings'][number]>;
  scan: EvidenceOf<'scan'>;
}

async function scanTable(
  client: pg.ClientBase,
  table: Table,
  columns: readonly string[],
  about: About,
): Promise<number> {
  const { rows, sampledRows } = about;
  const share = Math.min(100, (sampledRows / Math.max(1, rows)) * 150);
  if (share < 100) {
    const looked = await scanRows(client, table, columns, ` TABLESAMPLE SYSTEM (${share})`, about);
    // It takes whole pages, so of a table with few of them it may take none.
    if (looked > 0) return looked;
  }
  return scanRows(client, table, columns, '', about);
}

async function scanRows(
  client: pg.ClientBase,
  table: Table,
  columns: readonly string[],
  sample: string,
  { sampledRows, ignored, found, scan }: About,
): Promise<number> {
  const select = `SELECT ${columns.map((name, at) => `left(${quoted(name)}::text, 100000) AS c${at}`).join(', ')} FROM ONLY ${named(table)}${sample} LIMIT ${sampledRows}`;
  await client.query('BEGIN');
  try {
    await client.query(`DECLARE sampled NO SCROLL CURSOR FOR ${select}`);
    let looked = 0;
    for (;;) {
      const { rows: batch } = await client.query<Record<string, string | null>>('FETCH 500 FROM sampled');
      if (batch.length === 0) return looked;
      looked += batch.length;
      for (const row of batch) {
        for (const [at, name] of columns.entries()) {
          const text = row[`c${at}`];
          if (text === null || text === undefined) continue;
          scan.checked++;
          look(text, `${table.title}.${name}`, ignored, found);
        }
      }
    }
  } finally {
    await client.query('ROLLBACK');
  }
}

function look(
  text: string,
  place: string,
  ignored: Readonly<Record<string, string>>,
  found: Map<string, EvidenceOf<'scan'>['findings'][number]>,
): void {
  for (const { from, to, kind, isMadeUp } of detectionsIn(text)) {
    // Of other kinds no form says whether they are made up.
    if (isMadeUp !== false && !(isMadeUp === null && certain.has(kind))) continue;
    const name = `${place} ${kind}`;
    const known = found.get(name);
    if (known !== undefined) known.count++;
    else if (found.size < mostFindings)
      found.set(name, { place, kind, count: 1, masked: maskOf(text.slice(from, to)), ignored: ignored[place] ?? null });
  }
}

/** A secret is one, made up or not: made-up ones have not its form. */
const certain = new Set(['secret', 'jwt']);

/** Rows that refer to what is not there: a foreign key that was never checked lets them be. */
export async function danglingReferences(client: pg.ClientBase, catalog: Catalog): Promise<EvidenceOf<'references'>> {
  const keys: EvidenceOf<'references'>['keys'] = [];
  for (const { name, table, columns, parent, parentColumns } of catalog.foreignKeys) {
    const [from, to] = [catalog.tables.get(table), catalog.tables.get(parent)];
    if (from === undefined || to === undefined) continue;
    const pairs = columns.map(
      (column, at) => [quoted(columnOf(from, column).name), quoted(columnOf(to, parentColumns[at] ?? 0).name)] as const,
    );
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::float8 AS count FROM ${named(from)} c WHERE ${pairs.map(([child]) => `c.${child} IS NOT NULL`).join(' AND ')}
       AND NOT EXISTS (SELECT FROM ${named(to)} p WHERE ${pairs.map(([child, own]) => `c.${child} = p.${own}`).join(' AND ')})`,
    );
    keys.push({ name: `${from.title}: ${name}`, dangling: rows[0]?.count ?? 0 });
  }
  return { kind: 'references', keys };
}

export async function countRows(
  client: pg.ClientBase,
  production: Readonly<Record<string, number>>,
  leastShare: number,
): Promise<EvidenceOf<'counts'>> {
  const tables: EvidenceOf<'counts'>['tables'] = [];
  for (const [name, wanted] of Object.entries(production)) {
    const { rows } = await client.query<{ oid: string | null }>('SELECT to_regclass($1)::text AS oid', [
      name.split('.').map(quoted).join('.'),
    ]);
    const known = rows[0]?.oid ?? null;
    if (known === null) tables.push({ name, here: null, production: wanted });
    else {
      const { rows: counted } = await client.query<{ count: number }>(`SELECT count(*)::float8 AS count FROM ${known}`);
      tables.push({ name, here: counted[0]?.count ?? 0, production: wanted });
    }
  }
  return { kind: 'counts', leastShare, tables };
}
