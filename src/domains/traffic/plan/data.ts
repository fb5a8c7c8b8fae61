import { createHash } from 'node:crypto';
import { ShakedownError } from '../../../model/error.ts';
import type { RecordedRequest } from '../../../model/traffic.ts';
import { valueAt, withValue } from './places.ts';
import { type DataRule, matchesRoute } from './rules.ts';
import { readTableFile, requireColumn } from './table-file.ts';

interface Column {
  rule: DataRule;
  value(row: number): string;
}

interface Group {
  name: string;
  rows: number;
  columns: Column[];
}

/** Puts values that exist at the target in place of recorded ones. */
export type DataSubstitution = (
  requests: RecordedRequest[],
  recorded: readonly RecordedRequest[],
  session: string,
) => RecordedRequest[];

/**
 * Reads data rules and their files. In a session all rules of a group take one row; which one is decided by the recorded value where the
 * group's first rule (or another with the same `value`) is applied, and by the session's id until there is one: the same pseudonym has the same account in all of the recording. With
 * fewer rows than pseudonyms, several share one.
 * @throws ShakedownError PLAN_DATA for a file that cannot be read, has no such column or no rows
 */
export async function readDataRules(rules: readonly DataRule[], seed: number): Promise<DataSubstitution> {
  const groups = new Map<string, Group>();
  const files = new Map<string, Map<string, string>[]>();
  for (const rule of rules) {
    const name = rule.group ?? ('from' in rule.value ? `file ${rule.value.from}` : '');
    const { rows, value } = await readColumn(rule, files);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { name, rows, columns: [{ rule, value }] });
    else {
      group.rows = Math.min(group.rows, rows);
      group.columns.push({ rule, value });
    }
  }
  return (requests, recorded, session) => {
    let changed = requests;
    for (const group of groups.values()) changed = substitute(changed, recorded, session, group, seed);
    return changed;
  };
}

function substitute(
  requests: RecordedRequest[],
  recorded: readonly RecordedRequest[],
  session: string,
  { name, rows, columns }: Group,
  seed: number,
): RecordedRequest[] {
  const rowOf = (text: string) =>
    createHash('sha256')
      .update(JSON.stringify([seed, name, text]))
      .digest()
      .readUIntBE(0, 6) % rows;
  const keyColumn = JSON.stringify(columns[0]?.rule.value);
  let row: number | undefined;
  return requests.map((request, i) => {
    const original = recorded[i] ?? request;
    let result = request;
    let own: number | undefined;
    for (const [number, { rule, value }] of columns.entries()) {
      if (!matchesRoute(rule.route, original.method, original.route)) continue;
      const before = valueAt(original, rule);
      if (before === undefined && rule.in !== 'header') continue;
      // The key's column may be given for several places: a form here, JSON there.
      const isKey = number === 0 || JSON.stringify(rule.value) === keyColumn;
      if (isKey && before !== undefined) row = rowOf(`value ${before}`);
      row ??= rowOf(`session ${session}`);
      if (rule.per === 'request') own ??= rowOf(`request ${session} ${i}`);
      result = withValue(result, rule, value(rule.per === 'request' ? (own ?? row) : row)) ?? result;
    }
    return result;
  });
}

async function readColumn(
  { value }: DataRule,
  files: Map<string, Map<string, string>[]>,
): Promise<{ rows: number; value(row: number): string }> {
  if ('list' in value) return { rows: value.list.length, value: (row) => value.list[row] ?? '' };
  if ('template' in value) {
    const [, before = '', low = '0', high = '0', after = ''] =
      /^([^{]*)\{(\d+)\.\.(\d+)\}(.*)$/s.exec(value.template) ?? [];
    const rows = Number(high) - Number(low) + 1;
    if (!(rows > 0))
      throw new ShakedownError('PLAN_DATA', `Data template ${JSON.stringify(value.template)}: its range is empty.`);
    return { rows, value: (row) => before + String(Number(low) + row).padStart(low.length, '0') + after };
  }
  let table = files.get(value.from);
  if (table === undefined) {
    table = await readTableFile(value.from);
    files.set(value.from, table);
  }
  if (table.length === 0) throw new ShakedownError('PLAN_DATA', `Data file ${value.from} has no rows.`);
  requireColumn(table, value.from, value.column);
  const rows = table;
  return { rows: rows.length, value: (row) => rows[row]?.get(value.column) ?? '' };
}
