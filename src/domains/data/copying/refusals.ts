import { ShakedownError } from '../../../model/error.ts';
import { plural } from '../../../report-kit/format.ts';
import type { DataRules } from '../plan/rules.ts';
import type { Catalog } from '../postgres/catalog.ts';
import { readLeftOut } from '../postgres/objects.ts';

/**
 * Takes out the tables that rules leave out.
 * @returns what knows the statements that make something of them
 * @throws ShakedownError DATA_INHERITS, DATA_RULES
 */
export function refuseTables(catalog: Catalog, rules: DataRules): RegExp[] {
  const left: RegExp[] = [];
  for (const [oid, { inherits, title, schema, name }] of catalog.tables) {
    if (rules.tables[title] === 'leave' || rules.tables[name] === 'leave') {
      const refers = catalog.foreignKeys.find(({ table, parent }) => parent === oid && table !== oid);
      if (refers !== undefined) {
        throw new ShakedownError('DATA_RULES', `${title} cannot be left out: ${refers.name} refers to it.`, {
          hint: `Write empty in place of leave, or \`constants: {"foreign key ${schema}…": leave}\`.`,
        });
      }
      catalog.tables.delete(oid);
      left.push(statementsOn(schema, name));
    } else if (inherits) {
      throw new ShakedownError('DATA_INHERITS', `${title} inherits from another table, which is not copied.`, {
        hint: 'Leave it out: `tables: {name: leave}` in the rules. Partitions are copied.',
      });
    }
  }
  catalog.foreignKeys = catalog.foreignKeys.filter(({ table }) => catalog.tables.has(table));
  return left;
}

/** Statements that make something of a table, such as its index. */
function statementsOn(schema: string, table: string): RegExp {
  const either = (name: string) => `"?${name.replace(/\W/g, '\\$&')}"?`;
  return new RegExp(`\\b(?:ON|TABLE|OWNED BY)(?: ONLY)? ${either(schema)}\\.${either(table)}(?![\\w"])`);
}

/** @throws ShakedownError DATA_LARGE_OBJECTS */
export async function leftOutOf(source: Parameters<typeof readLeftOut>[0], rules: DataRules): Promise<string[]> {
  const left = await readLeftOut(source);
  const large = left.find(({ what }) => what === 'large objects');
  if (large !== undefined && rules.constants['large objects'] !== 'leave') {
    throw new ShakedownError(
      'DATA_LARGE_OBJECTS',
      `The source has ${plural(large.count, 'large object')}; these are not copied, as they may be anything.`,
      {
        hint: 'Say in the rules that they are left out: `constants: {"large objects": leave}`.',
      },
    );
  }
  return left
    .filter(({ what }) => what !== 'comments' || rules.comments !== 'keep')
    .map(({ what, count }) => `${count} ${what}`);
}
