import { count, percent, plural } from '../../../report-kit/format.ts';
import { type Check, check, type Judged, type Recorded } from '../../part.ts';
import { coverageOf } from './coverage.ts';
import type { EvidenceOf, StagingEvidence } from './evidence.ts';
import { notLookedAt, reportCheck } from './judge-report.ts';

/** What the evidence shows of staging's data. */
export function judgeStaging(evidence: readonly Recorded<StagingEvidence>[]): Judged {
  const of = <K extends StagingEvidence['kind']>(kind: K) =>
    evidence.map(({ data }) => data).find((each): each is EvidenceOf<K> => each.kind === kind);
  const [scan, ids, counts, references, report] = [of('scan'), of('ids'), of('counts'), of('references'), of('report')];
  const share = ids === undefined ? null : foundShare(ids);
  return {
    checks: [
      reportCheck(report, scan),
      scanCheck(scan),
      idsCheck(ids),
      countsCheck(counts),
      referencesCheck(references),
    ],
    figures: [
      { name: 'Database', value: of('database')?.shown ?? 'none' },
      ...(report === undefined || report.missing !== null
        ? []
        : [{ name: 'Age of the copy', value: `${report.ageDays.toFixed(1)} days` }]),
      ...(share === null ? [] : [{ name: 'Requests whose row is there', value: percent(share * 100) }]),
      ...(scan === undefined ? [] : [{ name: 'Texts scanned', value: count(scan.checked) }]),
    ],
    tables: [
      {
        title: 'What looks like someone’s',
        head: ['Column', 'Kind', 'Masked', 'Risk', 'Remedy', 'Times'],
        rows: (scan?.findings ?? []).map(({ place, kind, masked, count: times, ignored }) => [
          ...[place, kind, masked],
          ignored === null ? 'data of a person, or a secret, in staging' : `ignored: ${ignored}`,
          ignored === null ? 'anonymize the column, or say in data.ignored why it is none' : '–',
          count(times),
        ]),
        figures: 1,
      },
      {
        title: 'Rows that requests name',
        head: ['Route', 'Column', 'Requests', 'Row is there', 'Ids', 'Found'],
        rows: (ids?.routes ?? []).map((each) => [
          each.route,
          each.column,
          count(each.requests),
          count(each.found),
          count(each.ids),
          count(each.idsFound),
        ]),
        figures: 4,
      },
      {
        title: 'Rows beside production',
        head: ['Table', 'Staging', 'Production'],
        rows: (counts?.tables ?? []).map(({ name, here, production }) => [
          name,
          here === null ? 'not there' : count(here),
          count(production),
        ]),
        figures: 2,
      },
    ].filter(({ rows }) => rows.length > 0),
    coverage: coverageOf(scan, ids),
  };
}

function scanCheck(scan: EvidenceOf<'scan'> | undefined): Check {
  const as = (verdict: Check['verdict'], reason: string) =>
    check('leaks', 'Nothing of anyone is in the database', verdict, reason);
  if (scan === undefined) return as('inconclusive', notLookedAt);
  const open = scan.findings.filter(({ ignored }) => ignored === null);
  const looked = scan.tables.reduce((sum, each) => sum + each.looked, 0);
  if (open.length > 0) {
    const [first] = open;
    return as(
      'fail',
      `${plural(
        open.reduce((sum, each) => sum + each.count, 0),
        'text',
      )} in ${plural(open.length, 'place')} that may be someone's, such as ${first?.kind} in ${first?.place}.`,
    );
  }
  if (looked === 0 || scan.checked === 0) return as('inconclusive', 'There were no texts to look at.');
  const unseen = scan.tables.filter((each) => each.looked === 0 && each.rows > 0).map(({ name }) => name);
  if (unseen.length > 0) return as('inconclusive', `No row was looked at of ${unseen.slice(0, 5).join(', ')}.`);
  if (scan.notRead.length > 0) return as('inconclusive', `Not read: ${scan.notRead.join('; ')}.`);
  return as('pass', `${plural(scan.checked, 'text')} of ${plural(looked, 'row')} looked at, nothing found.`);
}

const foundShare = ({ routes }: EvidenceOf<'ids'>) => {
  const requests = routes.reduce((sum, each) => sum + each.requests, 0);
  return requests === 0 ? null : routes.reduce((sum, each) => sum + each.found, 0) / requests;
};

function idsCheck(ids: EvidenceOf<'ids'> | undefined): Check {
  const as = (verdict: Check['verdict'], reason: string) =>
    check('rows-named', 'Requests of the recording find the rows that they name', verdict, reason);
  if (ids === undefined)
    return as('inconclusive', 'Not compared: name in data.references which routes name which rows.');
  const share = foundShare(ids);
  if (share === null)
    return as('inconclusive', `No request of the recording is of a route that data.references names.`);
  const shown = `${percent(share * 100)} of ${plural(
    ids.routes.reduce((sum, each) => sum + each.requests, 0),
    'request finds its row',
    'requests find their row',
  )}; ${percent(ids.leastShare * 100)} are wanted.`;
  return as(share >= ids.leastShare ? 'pass' : 'fail', shown);
}

function countsCheck(counts: EvidenceOf<'counts'> | undefined): Check {
  const as = (verdict: Check['verdict'], reason: string) =>
    check('volume', 'There is as much data as in production', verdict, reason);
  if (counts === undefined || counts.tables.length === 0)
    return as('inconclusive', "Not compared: name production's numbers of rows in data.counts.");
  const few = counts.tables.filter(({ here, production }) => here === null || here < production * counts.leastShare);
  if (few.length === 0)
    return as(
      'pass',
      `${plural(counts.tables.length, 'table has', 'tables have')} at least ${percent(counts.leastShare * 100)} of production's rows.`,
    );
  return as(
    'fail',
    `Too few rows: ${few.map(({ name, here, production }) => `${name} ${here === null ? 'is not there' : count(here)} of ${count(production)}`).join(', ')}.`,
  );
}

function referencesCheck(references: EvidenceOf<'references'> | undefined): Check {
  const as = (verdict: Check['verdict'], reason: string) =>
    check('references', 'References between rows are whole', verdict, reason);
  if (references === undefined) return as('inconclusive', notLookedAt);
  const broken = references.keys.filter(({ dangling }) => dangling > 0);
  if (broken.length > 0)
    return as(
      'fail',
      `Rows refer to what is not there: ${broken.map(({ name, dangling }) => `${name} ${count(dangling)}`).join(', ')}.`,
    );
  return references.keys.length === 0
    ? as('inconclusive', 'The database declares no foreign keys, so there is nothing to compare.')
    : as('pass', `${plural(references.keys.length, 'foreign key holds', 'foreign keys hold')}.`);
}
