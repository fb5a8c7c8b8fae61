import type { ColumnPlan } from '../plan/action.ts';
import { holdsText, keeps } from '../plan/action.ts';
import type { TablePlan } from '../plan/plan.ts';
import type { Table } from '../postgres/catalog.ts';
import { quoted } from '../postgres/connect.ts';
import type { Rows } from '../subset/subset.ts';

const pagesAPart = 2000;
const rowsAPart = 10_000;
/** Since PostgreSQL 14 a range of places is read without the rest of the table. */
const rangesFrom = 140_000;

export type Wanted = 'all' | 'lessons' | 'scan';

/**
 * A table in parts that are read one by one.
 * @param rows of a subset; null: all of them
 * @param wanted columns that are not needed are null
 */
export function selectsOf(table: Table, plan: TablePlan, rows: Rows | null, version: number, wanted: Wanted): string[] {
  if (table.isPartitioned || plan.isEmpty) return [];
  const columns = plan.columns.map((column, at) =>
    wanted === 'all' || (wanted === 'lessons' ? teaches(column) || at === plan.owner : isScanned(column))
      ? quoted(column.name)
      : 'NULL',
  );
  if (wanted !== 'all' && columns.every((column) => column === 'NULL')) return [];
  const select = `SELECT ${columns.join(', ')} FROM ONLY ${quoted(table.schema)}.${quoted(table.name)}`;
  if (rows !== null) {
    const places = [...(rows.get(table.oid) ?? [])];
    const parts: string[] = [];
    for (let at = 0; at < places.length; at += rowsAPart)
      parts.push(
        `${select} WHERE ctid = ANY('{${places
          .slice(at, at + rowsAPart)
          .map((place) => `"${place}"`)
          .join(',')}}'::tid[])`,
      );
    return parts;
  }
  if (version < rangesFrom || table.pages <= pagesAPart) return [select];
  const parts: string[] = [];
  for (let page = 0; page < table.pages; page += pagesAPart) {
    // The statistics may lag behind: the last part has whatever comes.
    const end = page + pagesAPart >= table.pages ? '' : ` AND ctid < '(${page + pagesAPart},0)'`;
    parts.push(`${select} WHERE ctid >= '(${page},0)'${end}`);
  }
  return parts;
}

const teaches = ({ action, isInteger }: ColumnPlan) =>
  !keeps(action) && (action.do === 'digits' || (holdsText(action) && !isInteger));

function isScanned({ action, why, isInteger }: ColumnPlan): boolean {
  if (keeps(action) || action.do === 'fixed') return why.includes('by rule');
  return action.do === 'digits' || (holdsText(action) && !isInteger);
}
