import { ShakedownError } from '../../../model/error.ts';
import { detectionsIn, holdsGivenName, isPublicText } from '../../traffic/public.ts';
import { keeps } from '../plan/action.ts';
import type { TablePlan } from '../plan/plan.ts';
import type { DataRules } from '../plan/rules.ts';
import type { Catalog, Table } from '../postgres/catalog.ts';
import { literal } from '../postgres/connect.ts';
import type { SchemaObject } from '../postgres/objects.ts';
import type { Maker } from '../values/maker.ts';
import type { Originals } from '../values/originals.ts';

const strings = /E?'((?:[^'\\]|\\.|'')*)'/g;
const dollars = /\$([A-Za-z_]\w*)?\$([\s\S]*?)\$\1\$/g;
const comments = /--[^\n]*|\/\*[\s\S]*?\*\//g;
/** One constant, and what type it is of. */
const alone = /^E?'((?:[^'\\]|\\.|'')*)'(?:::[\w\s."()[\],]+)?$/;

/** Texts in a definition that are data and no names: strings, what stands in comments, and both in the body of a function. */
export function textsIn(definition: string): string[] {
  const inner = [...definition.matchAll(dollars)].map((match) => match[2] ?? '');
  const outer = definition.replace(dollars, ' ');
  return [outer, ...inner].flatMap((text) => [
    ...[...text.matchAll(strings)].map((match) => unquoted(match[1] ?? '')),
    ...(text.match(comments) ?? []),
  ]);
}

const unquoted = (text: string) => text.replaceAll("''", "'").replace(/\\(.)/g, '$1');

export interface SettledObjects {
  objects: SchemaObject[];
  /** Constants that were replaced, by object. */
  replaced: string[];
  /** Objects that were left out, by rule or since they are comments. */
  leftOut: string[];
}

/**
 * Objects whose definitions say nothing of anyone. Defaults and bounds of partitions are replaced as the values of their column are; what stands anywhere else is
 * refused, for nobody can say what a changed function does.
 * @throws ShakedownError DATA_CONSTANT with the place
 */
export function settleConstants(
  objects: readonly SchemaObject[],
  {
    catalog,
    plans,
    rules,
    originals,
    makerOf,
  }: {
    catalog: Catalog;
    plans: ReadonlyMap<number, TablePlan>;
    rules: DataRules;
    originals: Originals;
    makerOf(table: TablePlan, column: number): Maker;
  },
): SettledObjects {
  const settled: SettledObjects = { objects: [], replaced: [], leftOut: [] };
  const tables = new Map([...catalog.tables.values()].map((table) => [table.title, table]));
  for (const object of objects) {
    const rule = rules.constants[object.title];
    if (rule === 'leave') {
      settled.leftOut.push(object.title);
      continue;
    }
    let { sql } = object;
    const table = /^(?:table|partition) (.*)$/s.exec(object.title)?.[1];
    const of = table === undefined ? undefined : tables.get(table);
    const plan = of === undefined ? undefined : plans.get(of.oid);
    if (of !== undefined && plan !== undefined) {
      sql = withDefaults(sql, of, plan, makerOf);
      if (of.bound !== null) sql = withBound(sql, of, catalog, plans, makerOf);
      if (sql !== object.sql) settled.replaced.push(object.title);
    }
    const left =
      object.definition === null || rule === 'keep' ? [] : textsIn(of === undefined ? object.definition : sql);
    const found = left.find((text) => isTelling(text, originals));
    if (found !== undefined) {
      throw new ShakedownError(
        'DATA_CONSTANT',
        `${object.title} has a constant that may name someone (${found.length} characters).`,
        {
          hint: `Look at it, then say in the rules what is done: \`constants: {"${object.title}": keep}\`, or leave, which leaves it out.`,
        },
      );
    }
    settled.objects.push({ ...object, sql });
  }
  return settled;
}

function isTelling(text: string, originals: Originals): boolean {
  if (isPublicText(text)) return false;
  if (holdsGivenName(text)) return true;
  for (const { isMadeUp } of detectionsIn(text)) if (isMadeUp !== true) return true;
  let isKnown = false;
  originals.search(text, () => {
    isKnown = true;
  });
  return isKnown;
}

function withDefaults(
  sql: string,
  table: Table,
  plan: TablePlan,
  makerOf: (table: TablePlan, column: number) => Maker,
): string {
  let changed = sql;
  for (const [index, column] of plan.columns.entries()) {
    const { expression } = table.columns.find(({ name }) => name === column.name) ?? { expression: null };
    const value = expression === null ? undefined : alone.exec(expression)?.[1];
    if (expression === null || value === undefined || keeps(column.action)) continue;
    const made = makerOf(plan, index).of(unquoted(value));
    const type = expression.slice(expression.lastIndexOf("'") + 1);
    changed = changed.replace(
      ` DEFAULT ${expression}`,
      () => ` DEFAULT ${made === null ? 'NULL' : literal(made)}${type}`,
    );
  }
  return changed;
}

/** @throws ShakedownError DATA_PARTITION where the values of the key become others in another order */
function withBound(
  sql: string,
  partition: Table,
  catalog: Catalog,
  plans: ReadonlyMap<number, TablePlan>,
  makerOf: (table: TablePlan, column: number) => Maker,
): string {
  const whole = catalog.tables.get(partition.partitionOf ?? 0);
  const bound = partition.bound ?? '';
  if (whole === undefined || whole.partitionStrategy === 'h' || bound === 'DEFAULT') return sql;
  const plan = plans.get(whole.oid);
  const keys = whole.partitionColumns.map((number) => {
    const name = whole.columns.find((column) => column.number === number)?.name;
    return plan?.columns.findIndex((column) => column.name === name) ?? -1;
  });
  const actions = keys.map((key) => plan?.columns[key]?.action);
  if (plan === undefined || actions.every((action) => action !== undefined && keeps(action))) return sql;
  const isList = whole.partitionStrategy === 'l';
  const [key = -1] = keys;
  if (keys.length > 1 || key < 0 || !(isList || actions[0]?.do === 'date')) {
    throw new ShakedownError(
      'DATA_PARTITION',
      `${whole.title} is parted by ranges of values that are replaced, and pseudonyms have another order.`,
      {
        hint: `Say in the rules that the key stays, where it says nothing of anyone: \`columns: {${whole.title}.${plan.columns[key]?.name ?? '…'}: keep}\`.`,
      },
    );
  }
  const maker = makerOf(plan, key);
  const made = bound.replace(isList ? /'((?:[^']|'')*)'|\b-?\d+\b/g : strings, (found, value: string | undefined) => {
    const replaced = maker.of(value === undefined ? found : unquoted(value)) ?? '';
    return value === undefined ? replaced : literal(replaced);
  });
  return sql.replace(bound, () => made);
}

/** Constants that a check of one column names are structure: its values stay where they are such a one, and say nothing of anyone. */
export function addStructure(objects: readonly SchemaObject[], plans: ReadonlyMap<number, TablePlan>): void {
  for (const { title, definition } of objects) {
    const [, table] = /^check constraint (.*)\.[^.]+$/s.exec(title) ?? [];
    const plan = [...plans.values()].find((each) => each.title === table);
    if (definition === null || plan === undefined) continue;
    const named = plan.columns.filter(({ name }) =>
      new RegExp(`(?<![\\w"'])"?${name.replace(/\W/g, '\\$&')}"?(?![\\w'])`).test(definition.replace(strings, "''")),
    );
    const [column] = named;
    if (named.length !== 1 || column === undefined) continue;
    for (const text of textsIn(definition))
      if (!holdsGivenName(text) && [...detectionsIn(text)].length === 0) column.structure.push(text);
  }
}
