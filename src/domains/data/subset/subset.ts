import type pg from 'pg';
import { ShakedownError } from '../../../model/error.ts';
import { primaryKeyOf, tableNamed } from '../plan/groups.ts';
import type { DataRules } from '../plan/rules.ts';
import { type Catalog, columnOf, type ForeignKey, type Table } from '../postgres/catalog.ts';
import { literal, quoted } from '../postgres/connect.ts';

/** Which rows are wanted; what they refer to comes with them. */
export type Choice =
  /** A share of the rows of each table. */
  | { share: number }
  /** Rows of one table that a condition holds for, with those that refer to them. */
  | { table: string; condition: string };

/** Rows by where they are: table, and place in it. They hold within the snapshot in which they were found. */
export type Rows = Map<number, Set<string>>;

/** A way from the rows of one table to those that they refer to. */
interface Reference {
  name: string;
  table: Table;
  parent: Table;
  pairs: { child: string; parent: string; cast: boolean }[];
  /** Only rows for which this holds refer there. */
  condition: string;
}

const mostAtOnce = 5000;
const mostRows = 20_000_000;

/**
 * The rows of a subset: the chosen ones, and all rows that they refer to, again and again until none is added. All are gathered before any is copied, so
 * tables that refer to themselves or to each other need no order.
 * @throws ShakedownError DATA_SUBSET
 */
export async function rowsOf(
  client: pg.ClientBase,
  catalog: Catalog,
  rules: DataRules,
  choices: readonly Choice[],
): Promise<Rows> {
  const references = referencesOf(catalog, rules);
  const leaves = [...catalog.tables.values()].filter(({ isPartitioned }) => !isPartitioned);
  const rows: Rows = new Map(leaves.map(({ oid }) => [oid, new Set()]));
  const seeds: Rows = new Map();
  for (const choice of choices) {
    const found =
      'share' in choice ? await shareOf(client, leaves, choice.share) : await conditionOf(client, catalog, choice);
    for (const [oid, places] of found) {
      const known = seeds.get(oid) ?? new Set();
      for (const place of places) known.add(place);
      seeds.set(oid, known);
    }
  }
  // What refers to the chosen rows, and to those in turn: the orders of the users that are wanted.
  if (choices.some((choice) => 'table' in choice)) await follow(client, references, seeds, seeds, 'children');
  for (const [oid, places] of seeds) rows.set(oid, new Set(places));
  await follow(client, references, rows, seeds, 'parents');
  return rows;
}

/** Adds to `rows` what is reached from `from`. */
async function follow(
  client: pg.ClientBase,
  references: readonly Reference[],
  rows: Rows,
  from: Rows,
  way: 'parents' | 'children',
) {
  let fresh: Rows = new Map([...from].map(([oid, places]) => [oid, new Set(places)]));
  while (fresh.size > 0) {
    const next: Rows = new Map();
    for (const reference of references) {
      const [start, end] = way === 'parents' ? ['c', 'p'] : ['p', 'c'];
      for (const [oid, places] of fresh) {
        if (!isPartOf(oid, way === 'parents' ? reference.table : reference.parent, references)) continue;
        const all = [...places];
        for (let at = 0; at < all.length; at += mostAtOnce) {
          const { rows: found } = await client.query<{ oid: number; place: string }>(
            `SELECT DISTINCT ${end}.tableoid::int8::float8 AS oid, ${end}.ctid::text AS place FROM ${named(reference.table)} c JOIN ${named(reference.parent)} p
             ON ${reference.pairs.map(({ child, parent, cast }) => (cast ? `c.${child}::text = p.${parent}::text` : `c.${child} = p.${parent}`)).join(' AND ')}
             WHERE ${reference.condition} AND ${start}.tableoid = $2::oid AND ${start}.ctid = ANY($1::tid[])`,
            [all.slice(at, at + mostAtOnce), oid],
          );
          for (const { oid: reached, place } of found) {
            const known = rows.get(reached) ?? new Set();
            if (known.has(place)) continue;
            known.add(place);
            rows.set(reached, known);
            next.set(reached, (next.get(reached) ?? new Set()).add(place));
          }
        }
      }
    }
    fresh = next;
    const total = [...rows.values()].reduce((sum, { size }) => sum + size, 0);
    if (total > mostRows)
      throw new ShakedownError('DATA_SUBSET', `The subset has more than ${mostRows.toLocaleString('en')} rows.`, {
        hint: 'Choose fewer rows, or copy the whole database.',
      });
  }
}

/** Whether rows of this table are rows of the other, which it may be a partition of. */
function isPartOf(oid: number, table: Table, references: readonly Reference[]): boolean {
  if (table.oid === oid) return true;
  const partitions = partitionsOf.get(references);
  return partitions?.get(oid)?.has(table.oid) === true;
}

/** Of each table, those that it is a partition of, however far up. */
const partitionsOf = new WeakMap<readonly Reference[], Map<number, Set<number>>>();

function referencesOf(catalog: Catalog, rules: DataRules): Reference[] {
  const references = catalog.foreignKeys.flatMap((key) => declared(catalog, key));
  for (const { table: name, type, id, targets } of rules.polymorphic) {
    const table = tableNamed(catalog, name);
    for (const [value, target] of Object.entries(targets)) {
      const parent = tableNamed(catalog, target);
      const key = parent === undefined ? undefined : primaryKeyOf(catalog, parent);
      const has = (column: string) => table?.columns.some((each) => each.name === column);
      if (table === undefined || parent === undefined || key === undefined || !has(type) || !has(id)) {
        throw new ShakedownError(
          'DATA_RULES',
          `The polymorphic reference ${name}.${id} to ${target} names what the source does not have.`,
          {
            hint: 'It needs a table, its two columns, and targets with a primary key of one column.',
          },
        );
      }
      references.push({
        ...{
          name: `${name}.${id} as ${value}`,
          table,
          parent,
          pairs: [{ child: quoted(id), parent: quoted(key), cast: true }],
        },
        condition: `c.${quoted(type)}::text = ${literal(value)}`,
      });
    }
  }
  const above = new Map<number, Set<number>>();
  for (const table of catalog.tables.values()) {
    const all = new Set<number>();
    for (
      let at: Table | undefined = table;
      at !== undefined && at.partitionOf !== null;
      at = catalog.tables.get(at.partitionOf)
    )
      all.add(at.partitionOf);
    above.set(table.oid, all);
  }
  partitionsOf.set(references, above);
  return references;
}

function declared(catalog: Catalog, { name, table, columns, parent, parentColumns }: ForeignKey): Reference[] {
  const [from, to] = [catalog.tables.get(table), catalog.tables.get(parent)];
  if (from === undefined || to === undefined) return [];
  const pairs = columns.map((column, index) => ({
    child: quoted(columnOf(from, column).name),
    parent: quoted(columnOf(to, parentColumns[index] ?? 0).name),
    cast: false,
  }));
  return [{ name, table: from, parent: to, pairs, condition: 'true' }];
}

const named = ({ schema, name }: Table) => `${quoted(schema)}.${quoted(name)}`;

async function shareOf(client: pg.ClientBase, tables: readonly Table[], share: number): Promise<Rows> {
  const rows: Rows = new Map();
  for (const table of tables) {
    // The same rows for the same snapshot; a table of few rows gives at least one.
    const { rows: found } = await client.query<{ place: string }>(
      `SELECT ctid::text AS place FROM ONLY ${named(table)} WHERE (hashtext(ctid::text)::bigint & 2147483647) < 2147483648.0 * $1
       UNION SELECT ctid::text FROM (SELECT ctid FROM ONLY ${named(table)} LIMIT 1) AS first`,
      [share],
    );
    rows.set(table.oid, new Set(found.map(({ place }) => place)));
  }
  return rows;
}

async function conditionOf(
  client: pg.ClientBase,
  catalog: Catalog,
  { table: name, condition }: Extract<Choice, { table: string }>,
): Promise<Rows> {
  const table = tableNamed(catalog, name);
  if (table === undefined)
    throw new ShakedownError('DATA_SUBSET', `There is no table ${name} in the source.`, {
      hint: 'Write --where table=condition.',
    });
  try {
    const { rows } = await client.query<{ oid: number; place: string }>(
      `SELECT tableoid::int8::float8 AS oid, ctid::text AS place FROM ${named(table)} WHERE ${condition}`,
    );
    const found: Rows = new Map();
    for (const { oid, place } of rows) found.set(oid, (found.get(oid) ?? new Set()).add(place));
    return found;
  } catch (cause) {
    throw new ShakedownError(
      'DATA_SUBSET',
      `The condition for ${name} cannot be used: ${(cause as Error).message.replace(/\.$/, '')}.`,
      {
        hint: 'Write it as behind WHERE: --where "orders=created_at > \'2025-01-01\'".',
        cause,
      },
    );
  }
}

/**
 * How many rows refer to one that is there, by reference.
 * @param rows of a subset; null: all of them
 */
export async function countReferences(
  client: pg.ClientBase,
  catalog: Catalog,
  rules: DataRules,
  rows: Rows | null,
): Promise<Map<string, number>> {
  const references = referencesOf(catalog, rules);
  const counts = new Map<string, number>();
  for (const reference of references) {
    const joined = reference.pairs
      .map(({ child, parent, cast }) => (cast ? `c.${child}::text = p.${parent}::text` : `c.${child} = p.${parent}`))
      .join(' AND ');
    const refers = `EXISTS (SELECT FROM ${named(reference.parent)} p WHERE ${joined})`;
    let count = 0;
    const parts = rows === null ? [null] : [...rows].filter(([oid]) => isPartOf(oid, reference.table, references));
    for (const part of parts) {
      const places = part === null ? [null] : slices([...part[1]]);
      for (const slice of places) {
        const { rows: found } = await client.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM ${named(reference.table)} c WHERE ${reference.condition} AND ${refers}${slice === null ? '' : ' AND c.tableoid = $2::oid AND c.ctid = ANY($1::tid[])'}`,
          slice === null ? [] : [slice, part?.[0]],
        );
        count += found[0]?.count ?? 0;
      }
    }
    counts.set(`${reference.table.title}: ${reference.name}`, count);
  }
  return counts;
}

function slices(all: readonly string[]): string[][] {
  const made: string[][] = [];
  for (let at = 0; at < all.length; at += mostAtOnce) made.push(all.slice(at, at + mostAtOnce));
  return made;
}
