import { ShakedownError } from '../../../model/error.ts';
import { isPersonalName } from '../../traffic/public.ts';
import type { Column } from '../postgres/catalog.ts';
import { plainType, type Type } from '../postgres/types.ts';
import type { Action, ColumnPlan, ValueType } from './action.ts';

export interface About {
  /** It names rows. */
  isKey: boolean;
  isPersonal: boolean;
  open: boolean;
  isLifeDate: boolean;
  isUnique: boolean;
  /** The table is one of persons. */
  ofPersons: boolean;
  /** `public.users.email`. */
  place: string;
}

/** Words that name a person's data only where the table is one of persons. */
const ofPersonsOnly =
  /^(?:name|title|city|state|key|age|card|seat|note|company|location|document|display_?name|region|bio|about)s?$/i;

/** Whether a column, or a field of a row, is named like data of a person. */
export const isDataOfPerson = (name: string, ofPersons: boolean): boolean =>
  isPersonalName(name) || (ofPersons && ofPersonsOnly.test(name));

type Found = Pick<ColumnPlan, 'action' | 'why'>;

const integers: Record<string, readonly [least: string, most: string]> = {
  int2: ['-32768', '32767'],
  int4: ['-2147483648', '2147483647'],
  int8: ['-9223372036854775808', '9223372036854775807'],
};
const numbers = new Set(['numeric', 'float4', 'float8', 'money']);
const texts = new Set(['text', 'varchar', 'bpchar', 'name', 'char', 'citext']);
const moments = new Set(['date', 'timestamp', 'timestamptz']);
/** Nothing of anyone is in them. */
const plain = new Set([
  'bool',
  'time',
  'timetz',
  'interval',
  'bit',
  'varbit',
  'tsquery',
  'pg_lsn',
  'regclass',
  'regtype',
  'xid',
  'xid8',
  'cid',
  'tid',
  'void',
]);
const networks = new Set(['inet', 'cidr', 'macaddr', 'macaddr8']);

/**
 * What is done with values of a type.
 * @throws ShakedownError DATA_TYPE_UNKNOWN for one of which it is not known what is in it
 */
export function actionByType(type: Type | undefined, types: ReadonlyMap<number, Type>, about: About): Found {
  const { isKey, isPersonal, open, isLifeDate, isUnique } = about;
  const below = (oid: number, changed: Partial<About> = {}): Action =>
    actionByType(plainType(types, oid), types, { ...about, ...changed }).action;
  if (type === undefined) throw unknown(about.place, 'a type that cannot be read');
  const { name } = type;
  if (type.kind === 'e') return { action: { do: 'keep' }, why: 'labels of an enum' };
  if (type.kind === 'c') {
    const fields = type.fields.map((field) => ({
      name: field.name,
      type: valueTypeOf({ typeOid: field.typeOid, length: null }, types),
      action: below(field.typeOid, {
        isPersonal: isPersonal || isDataOfPerson(field.name, about.ofPersons),
        isKey: /(?:^|_)id$/i.test(field.name),
      }),
    }));
    return { action: { do: 'row', fields }, why: 'fields of a row, each by its name and type' };
  }
  if (type.element !== 0) {
    const of = below(type.element);
    return { action: { do: 'array', of, separator: type.separator }, why: 'elements of an array' };
  }
  if (type.kind === 'r' || type.kind === 'm')
    return { action: { do: 'range', of: below(type.subtype, { isKey: false }) }, why: 'ends of a range' };
  // PostgreSQL's own, and citext, which is text.
  if (!type.isBuiltIn && name !== 'citext') throw unknown(about.place, `${type.schema}.${name}`);
  if (integers[name] !== undefined || numbers.has(name)) {
    if (isKey && integers[name] !== undefined) return { action: { do: 'thing', open }, why: 'it names rows' };
    return isPersonal
      ? { action: { do: 'digits' }, why: 'named like data of a person' }
      : { action: { do: 'keep' }, why: 'a number that names nothing' };
  }
  if (name === 'uuid') return { action: { do: 'thing', open }, why: 'it names rows' };
  if (networks.has(name)) return { action: { do: 'thing', open: false }, why: 'an address' };
  if (moments.has(name))
    return { action: { do: isLifeDate || (isPersonal && name === 'date') ? 'birth' : 'date' }, why: 'a date' };
  if (name === 'json' || name === 'jsonb')
    return { action: { do: 'json' }, why: 'leaves of JSON, each by its name and value' };
  if (name === 'xml') return { action: { do: 'xml' }, why: 'text and attributes of XML' };
  if (name === 'tsvector') return { action: { do: 'words' }, why: 'words of a text' };
  if (name === 'bytea') return { action: { do: 'bytes' }, why: 'bytes may be anything' };
  if (plain.has(name)) return { action: { do: 'keep' }, why: 'of a type that says nothing of anyone' };
  if (texts.has(name)) {
    if (isKey) return { action: { do: 'thing', open }, why: 'it names rows' };
    if (isPersonal) return { action: { do: 'name' }, why: 'named like data of a person' };
    return { action: isUnique ? { do: 'name' } : { do: 'text' }, why: 'text may be anything' };
  }
  throw unknown(about.place, name);
}

function unknown(place: string, type: string): ShakedownError {
  return new ShakedownError('DATA_TYPE_UNKNOWN', `${place} has type ${type}, of which it is not known what is in it.`, {
    hint: `Say in the rules what is done with it: \`columns: {${place}: null}\`, or keep where it says nothing of anyone.`,
  });
}

export function valueTypeOf(column: Pick<Column, 'typeOid' | 'length'>, types: ReadonlyMap<number, Type>): ValueType {
  const name = plainType(types, column.typeOid)?.name ?? '';
  const [least, most] = integers[name] ?? [null, null];
  return { length: column.length, least, most };
}
