import { type Catalog, columnOf, type Table } from '../postgres/catalog.ts';
import type { DataRules } from './rules.ts';

export interface Place {
  table: number;
  column: string;
}

/** Columns that hold the same values: joined by foreign keys, by declared references and as columns of partitions. */
export function groupsOf(catalog: Catalog, rules: Pick<DataRules, 'polymorphic'>): Place[][] {
  const parents = new Map<string, string>();
  const find = (name: string): string => {
    const parent = parents.get(name);
    return parent === undefined || parent === name ? name : find(parent);
  };
  const join = (a: string, b: string) => {
    for (const name of [a, b]) if (!parents.has(name)) parents.set(name, name);
    parents.set(find(a), find(b));
  };
  const nameOf = (table: Table, number: number) => `${table.oid} ${columnOf(table, number).name}`;
  for (const { table, columns, parent, parentColumns } of catalog.foreignKeys) {
    const [from, to] = [catalog.tables.get(table), catalog.tables.get(parent)];
    if (from === undefined || to === undefined) continue;
    for (const [index, column] of columns.entries()) join(nameOf(from, column), nameOf(to, parentColumns[index] ?? 0));
  }
  for (const table of catalog.tables.values()) {
    const whole = table.partitionOf === null ? undefined : catalog.tables.get(table.partitionOf);
    if (whole !== undefined) for (const { name } of table.columns) join(`${table.oid} ${name}`, `${whole.oid} ${name}`);
  }
  for (const { table, id, targets } of rules.polymorphic) {
    const from = tableNamed(catalog, table);
    for (const target of Object.values(targets)) {
      const to = tableNamed(catalog, target);
      const key = to === undefined ? undefined : primaryKeyOf(catalog, to);
      if (from !== undefined && to !== undefined && key !== undefined) join(`${from.oid} ${id}`, `${to.oid} ${key}`);
    }
  }
  const groups = new Map<string, Place[]>();
  for (const name of parents.keys()) {
    const at = name.indexOf(' ');
    const place = { table: Number(name.slice(0, at)), column: name.slice(at + 1) };
    const group = groups.get(find(name));
    if (group === undefined) groups.set(find(name), [place]);
    else group.push(place);
  }
  return [...groups.values()];
}

/** By its name, with its schema or without. */
export function tableNamed(catalog: Catalog, name: string): Table | undefined {
  return [...catalog.tables.values()].find((table) => table.title === name || table.name === name);
}

/** Its primary key, where that is one column. */
export function primaryKeyOf(catalog: Catalog, table: Table): string | undefined {
  const key = catalog.uniques.find((unique) => unique.table === table.oid && unique.isPrimary);
  return key?.columns.length === 1 ? columnOf(table, key.columns[0] ?? 0).name : undefined;
}
