import { count, plural } from '../../../report-kit/format.ts';
import { type Check, check } from '../../part.ts';
import type { EvidenceOf } from './evidence.ts';

export const notLookedAt = 'It was not looked at.';
const namedAtMost = 3;
/** Two clocks may differ by this much. */
const futureDays = 0.004;

type Report = EvidenceOf<'report'>;
type Belongs = NonNullable<Report['belongs']>;
type Scan = EvidenceOf<'scan'> | undefined;

/** The report of a copy says something of the database only where it is the report of that database. */
export function reportCheck(report: Report | undefined, scan: Scan): Check {
  const as = (verdict: Check['verdict'], reason: string) =>
    check('report', 'The data is an anonymized copy that passed its scan', verdict, reason);
  if (report === undefined) return as('inconclusive', notLookedAt);
  if (report.missing !== null) return as('inconclusive', report.missing);
  const { isWhole, passed, lost, ageDays, maxAgeDays, digest, source, at, belongs } = report;
  if (belongs?.as === 'source')
    return as('fail', `${belongs.here} is what the copy was made of, and not the copy: it has the original data.`);
  if (!isWhole)
    return as('inconclusive', `The report is not what was written when the copy was made (${digest.slice(0, 12)}).`);
  const another = belongs === null ? 'Whether the report is of this database was not asked.' : notOfIt(belongs, scan);
  if (another !== null) return as('inconclusive', another);
  if (!passed) return as('fail', `The leak scan of the copy of ${at} did not pass.`);
  if (lost.length > 0) return as('fail', `References were lost in the copy: ${lost.join(', ')}.`);
  if (Number.isNaN(ageDays) || ageDays < -futureDays)
    return as('inconclusive', `The copy was made at ${at}, which says nothing of its age.`);
  if (ageDays > maxAgeDays)
    return as(
      'inconclusive',
      `The copy is ${ageDays.toFixed(1)} days old, and ${plural(maxAgeDays, 'day is', 'days are')} allowed: it may not be like production any more.`,
    );
  return as(
    'pass',
    `Copied from ${source} ${ageDays.toFixed(1)} days ago, scan passed, report ${digest.slice(0, 12)}.${belongs === null ? '' : changedSince(belongs, scan)}`,
  );
}

/** Why the report says nothing of the database; null: it is of it. */
function notOfIt(belongs: Belongs, scan: Scan): string | null {
  const { as, here, target, tables, unnamed } = belongs;
  if (as === 'other')
    return `The report is of another database: of ${target}, and ${here} has the report of another copy.`;
  if (as === 'unmarked')
    return `The report is of another database: of ${target}, and nothing in ${here} says that it is that copy. Leave data.report out, and the report that a copy has in itself is read.`;
  const rows = new Map(scan?.tables.map(({ name, rows: each }) => [name, each]));
  // An empty table holds nothing of anyone; of one that was not counted nothing is known.
  const unknown = unnamed.filter((name) => rows.get(name) !== 0);
  if (unknown.length > 0)
    return `The report does not name ${plural(unknown.length, 'table')} of ${here}, so nothing says how the data there was made: ${someOf(unknown)}.`;
  const added = sum(addedTo(tables, rows));
  const copied = tables.reduce((total, each) => total + each.rows, 0);
  return added > copied
    ? `Most rows came after the copy: it had ${count(copied)}, and ${count(added)} were added since. Nothing says how they were made.`
    : null;
}

/** Told, as a scan of the copy says nothing of them. */
function changedSince({ tables, gone }: Belongs, scan: Scan): string {
  const rows = new Map(scan?.tables.map(({ name, rows: each }) => [name, each]));
  const added = addedTo(tables, rows);
  const fewer = tables.filter((each) => (rows.get(each.name) ?? each.rows) < each.rows);
  const words = [
    ...(added.length === 0
      ? []
      : [`${plural(sum(added), 'row was', 'rows were')} added since, in ${someOf(added.map(({ name }) => name))}`]),
    ...(fewer.length === 0 ? [] : [`rows were taken out since, of ${someOf(fewer.map(({ name }) => name))}`]),
    ...(gone.length === 0 ? [] : [`no longer there: ${someOf(gone)}`]),
    ...(scan === undefined ? ['whether rows were added since is not known'] : []),
  ];
  if (words.length === 0) return '';
  const text = words.join('; ');
  return ` ${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function addedTo(tables: Belongs['tables'], now: ReadonlyMap<string, number>): { name: string; rows: number }[] {
  return tables.flatMap(({ name, rows }) => {
    const more = (now.get(name) ?? rows) - rows;
    return more > 0 ? [{ name, rows: more }] : [];
  });
}

const sum = (tables: readonly { rows: number }[]) => tables.reduce((total, { rows }) => total + rows, 0);

function someOf(names: readonly string[]): string {
  const rest = names.length - namedAtMost;
  return `${names.slice(0, namedAtMost).join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''}`;
}
