import { ShakedownError } from '../../../model/error.ts';
import { isPersonalName, ValuePseudonyms } from '../../traffic/public.ts';
import { type Catalog, type Column, columnOf, rootOf, type Table } from '../postgres/catalog.ts';
import { plainType, type Type } from '../postgres/types.ts';
import type { Action, ColumnPlan, ValueType } from './action.ts';
import { actionByType, isDataOfPerson, valueTypeOf } from './by-type.ts';
import { groupsOf } from './groups.ts';
import { type DataRules, ruleFor } from './rules.ts';

export interface TablePlan {
  oid: number;
  title: string;
  /** Of the table that it is a partition of: rows may come to be in another partition. */
  place: string;
  columns: ColumnPlan[];
  /** Position of the column that says whose a row is; null: each row is its own owner. */
  owner: number | null;
  isEmpty: boolean;
}

const lifeDates = /birth|born|dob|death|died|deceas|geburt|naissance|nacimiento|anniversar|hire|married/i;
const naming =
  /(?:^|_)(?:u?u?id|guid|no|nr|num|number|code|key|ref|reference|slug|handle|sku|token|sid)$|[a-z](?:Id|No|Number|Key|Ref|Code)$/i;

/** What is done with each column, by rules, keys, type and name. What contents show is added after they were read (`learned.ts`). */
export function planOf(catalog: Catalog, rules: DataRules): Map<number, TablePlan> {
  const plans = new Map<number, TablePlan>();
  const persons = new Set([...catalog.tables.values()].filter(isOfPersons).map(({ oid }) => oid));
  const keyed = keyColumns(catalog);
  for (const table of catalog.tables.values()) {
    const columns = stored(table).map((column) => columnPlan(column, table, { catalog, rules, persons, keyed }));
    plans.set(table.oid, {
      oid: table.oid,
      title: table.title,
      place: rootOf(catalog, table).title,
      columns,
      owner: ownerOf(table, catalog, persons),
      isEmpty: ruleFor(rules.tables, table.schema, table.name) === 'empty',
    });
  }
  joinGroups(catalog, rules, plans);
  for (const { table: name, type, targets } of rules.polymorphic) {
    const plan = [...plans.values()].find(({ title }) => title === name || title.endsWith(`.${name}`));
    plan?.columns.find((column) => column.name === type)?.structure.push(...Object.keys(targets));
  }
  return plans;
}

/** Columns that have values of their own. */
const stored = (table: Table): Column[] => table.columns.filter(({ isGenerated }) => !isGenerated);

/** @throws ShakedownError DATA_RULES where a rule names what is not there */
export function refuseUnknown(catalog: Catalog, rules: DataRules): void {
  const names = new Set<string>();
  for (const { schema, name, columns } of catalog.tables.values())
    for (const prefix of [name, `${schema}.${name}`]) {
      names.add(prefix);
      for (const column of columns) names.add(`${prefix}.${column.name}`);
    }
  const unknown = [...Object.keys(rules.tables), ...Object.keys(rules.columns)].find((name) => !names.has(name));
  if (unknown === undefined) return;
  throw new ShakedownError('DATA_RULES', `The rules name ${unknown}, which the source does not have.`, {
    hint: 'Write names as they are in the database: table.column or schema.table.column.',
  });
}

const singular = (name: string) => name.replace(/ies$/, 'y').replace(/s$/, '');

/** It has someone's address or number, or is named for people. */
function isOfPersons({ name, columns }: Table): boolean {
  return (
    columns.some((column) => /e?_?mail|phone|birth|first_?name|last_?name|surname|password/i.test(column.name)) ||
    (isPersonalName(singular(name)) && !/session|token|key|card|contact|address/i.test(name))
  );
}

/** Columns that name rows: of foreign keys, and unique by themselves. */
function keyColumns(catalog: Catalog): Set<string> {
  const keys = new Set<string>();
  for (const { table, columns, parent, parentColumns } of catalog.foreignKeys) {
    for (const column of columns) keys.add(`${table} ${column}`);
    for (const column of parentColumns) keys.add(`${parent} ${column}`);
  }
  for (const { table, columns } of catalog.uniques) if (columns.length === 1) keys.add(`${table} ${columns[0]}`);
  return keys;
}

interface Known {
  catalog: Catalog;
  rules: DataRules;
  persons: ReadonlySet<number>;
  keyed: ReadonlySet<string>;
}

function columnPlan(column: Column, table: Table, { catalog, rules, persons, keyed }: Known): ColumnPlan {
  const type = valueTypeOf(column, catalog.types);
  const isUnique = catalog.uniques.some(
    (unique) => unique.table === table.oid && unique.columns.includes(column.number),
  );
  const isPersonal = isDataOfPerson(column.name, persons.has(table.oid));
  const about = { name: column.name, type, isInteger: type.most !== null, isUnique, structure: [] };
  const rule = ruleFor(rules.columns, table.schema, table.name, column.name);
  const root = rootOf(catalog, table);
  const inherited = rule ?? ruleFor(rules.columns, root.schema, root.name, column.name);
  if (inherited !== undefined) {
    const action = actionOf(inherited, column, catalog.types);
    return { ...about, action, why: 'by rule', isPersonal: action.do !== 'keep' && isPersonal };
  }
  const open = !persons.has(table.oid) && !isPersonal && !ValuePseudonyms.belongsToSomeone(table.name);
  const isKey = keyed.has(`${table.oid} ${column.number}`) || naming.test(column.name);
  const found = actionByType(plainType(catalog.types, column.typeOid), catalog.types, {
    ...{
      isKey,
      isPersonal,
      open,
      isLifeDate: lifeDates.test(column.name),
      isUnique,
      ofPersons: persons.has(table.oid),
    },
    place: `${table.title}.${column.name}`,
  });
  return { ...about, ...found, isPersonal: isPersonal && found.action.do !== 'keep' };
}

function actionOf(rule: string, column: Column, types: ReadonlyMap<number, Type>): Action {
  if (rule.startsWith('fixed:')) return { do: 'fixed', value: rule.slice('fixed:'.length) };
  if (rule === 'pseudonym') return { do: 'thing', open: false };
  const action = { do: rule } as Action;
  const plain = plainType(types, column.typeOid);
  // A rule for text says what is done with the elements of an array.
  return plain !== undefined && plain.element !== 0 && !['keep', 'null'].includes(rule)
    ? { do: 'array', of: action, separator: plain.separator }
    : action;
}

function ownerOf(table: Table, catalog: Catalog, persons: ReadonlySet<number>): number | null {
  if (persons.has(table.oid)) return null;
  const key = catalog.foreignKeys.find((each) => each.table === table.oid && persons.has(each.parent));
  const number = key?.columns[0];
  if (number === undefined) return null;
  const name = columnOf(table, number).name;
  const at = stored(table).findIndex((column) => column.name === name);
  return at < 0 ? null : at;
}

/** Columns that refer to each other are done alike: the most careful way that one of them asks for, but a rule goes over it. */
function joinGroups(catalog: Catalog, rules: DataRules, plans: Map<number, TablePlan>): void {
  for (const group of groupsOf(catalog, rules)) {
    const members = group.flatMap(({ table, column }) => {
      const plan = plans.get(table)?.columns.find(({ name }) => name === column);
      return plan === undefined ? [] : [plan];
    });
    const ruled = members.filter(({ why }) => why === 'by rule');
    const differing = ruled.find(({ action }) => JSON.stringify(action) !== JSON.stringify(ruled[0]?.action));
    if (differing !== undefined) {
      throw new ShakedownError(
        'DATA_RULES',
        `Rules treat columns that refer to each other differently: ${ruled.map(({ name }) => name).join(', ')}.`,
        {
          hint: 'Write a rule for one of them: the others follow.',
        },
      );
    }
    const rule = ruled[0];
    const closed = members.some(({ action }) => action.do === 'thing' && !action.open);
    for (const member of members) {
      if (rule !== undefined) {
        if (member.why !== 'by rule')
          Object.assign(member, { action: rule.action, why: `as ${rule.name}, by rule`, isPersonal: false });
      } else if (member.action.do === 'thing') member.action = { do: 'thing', open: !closed };
    }
    const most = narrowest(members.map(({ type }) => type));
    for (const member of members) member.type = most;
  }
}

/** The type that fits all of them, so that the same value becomes the same everywhere. */
function narrowest(types: readonly ValueType[]): ValueType {
  const least = (values: (string | null)[], isSmaller: (a: bigint, b: bigint) => boolean) =>
    values.reduce(
      (best, value) => (value === null ? best : best === null || isSmaller(BigInt(value), BigInt(best)) ? value : best),
      null,
    );
  const lengths = types.flatMap(({ length }) => (length === null ? [] : [length]));
  return {
    length: lengths.length === 0 ? null : Math.min(...lengths),
    most: least(
      types.map(({ most }) => most),
      (a, b) => a < b,
    ),
    least: least(
      types.map(({ least: value }) => value),
      (a, b) => a > b,
    ),
  };
}

export const planTitles = (plans: ReadonlyMap<number, TablePlan>): Map<string, TablePlan> =>
  new Map([...plans.values()].map((plan) => [plan.title, plan]));
