import type pg from 'pg';
import { readBounded } from '../../../evidence/bounded-file.ts';
import type { Catalog } from '../postgres/catalog.ts';
import { identityOf, isSameDatabase, markOf, shownUrl, stateSchema } from '../postgres/connect.ts';
import { type DataReport, dataReport, digestOf } from '../report.ts';
import type { EvidenceOf } from './evidence.ts';

type ReportEvidence = EvidenceOf<'report'>;
interface Kept {
  digest: string;
  body: unknown;
}

const reportBytesAtMost = 64 * 1024 * 1024;
const dayMs = 86_400_000;
const mostTables = 2000;

/** The report of the copy, and whether it is of this database. */
export async function reportOf(
  client: pg.Client,
  catalog: Catalog,
  { url, file, maxAgeDays }: { url: string; file: string | null; maxAgeDays: number },
): Promise<ReportEvidence> {
  const none: ReportEvidence = {
    ...{ kind: 'report', missing: null, digest: '', isWhole: false, at: '', ageDays: 0, passed: false },
    ...{ source: '', keyGiven: false, lost: [], maxAgeDays, belongs: null },
  };
  let kept: Kept | null;
  let body: unknown;
  try {
    kept = await keptIn(client);
    if (file !== null) body = JSON.parse((await readBounded(file, reportBytesAtMost)).toString('utf8'));
    else if (kept === null) throw new Error('the database was not made by `shakedown data anonymize`');
    else body = kept.body;
  } catch (error) {
    const what = (error as Error).message.replace(/\.$/, '');
    return { ...none, missing: `There is no report of how its data was made: ${what}.` };
  }
  const parsed = dataReport.safeParse(body);
  if (!parsed.success) return { ...none, missing: 'The report of how its data was made cannot be read.' };
  const report = parsed.data;
  const digest = digestOf(report);
  return {
    ...{ kind: 'report', missing: null, digest, isWhole: file !== null || kept?.digest === digest },
    ...{ at: report.at, ageDays: (Date.now() - Date.parse(report.at)) / dayMs, passed: report.scan.passed },
    ...{ source: report.source, keyGiven: report.keyGiven, maxAgeDays },
    lost: report.references.filter(({ source, result }) => source !== result).map(({ name }) => name),
    belongs: await belonging(client, catalog, { url, report, digest, kept, isOwn: file === null }),
  };
}

/** What a copy leaves in its database; null: there is none. */
async function keptIn(client: pg.Client): Promise<Kept | null> {
  const { rows } = await client.query<{ is: boolean }>('SELECT to_regclass($1) IS NOT NULL AS is', [
    `${stateSchema}.report`,
  ]);
  if (rows[0]?.is !== true) return null;
  const { rows: reports } = await client.query<Kept>(`SELECT digest, body FROM ${stateSchema}.report LIMIT 1`);
  return reports[0] ?? null;
}

async function belonging(
  client: pg.Client,
  catalog: Catalog,
  about: { url: string; report: DataReport; digest: string; kept: Kept | null; isOwn: boolean },
): Promise<NonNullable<ReportEvidence['belongs']>> {
  const { url, report, digest, kept, isOwn } = about;
  const here = { ...markOf(await identityOf(client)), shown: shownUrl(url) };
  const { source, target } = report.identity ?? { source: null, target: null };
  const isOf = (mark: typeof source, shown: string) =>
    mark === null ? shown === here.shown : isSameDatabase({ ...mark, shown }, here);
  // Where a report does not say which databases they were, their names are all there is; as proof that this is the copy they are too little.
  const as = isOf(source, report.source)
    ? 'source'
    : isOwn || kept?.digest === digest || (kept === null && target !== null && isOf(target, report.target))
      ? 'copy'
      : kept === null
        ? 'unmarked'
        : 'other';
  const named = new Set(report.tables.map(({ name }) => name));
  const tables = [...catalog.tables.values()].filter(({ isPartitioned }) => !isPartitioned).map(({ title }) => title);
  const there = new Set(tables);
  return {
    ...{ as, here: here.shown, target: report.target },
    tables: report.tables.slice(0, mostTables).map(({ name, rows }) => ({ name, rows })),
    unnamed: tables.filter((name) => !named.has(name)).slice(0, mostTables),
    gone: report.tables.flatMap(({ name, rows }) => (rows > 0 && !there.has(name) ? [name] : [])).slice(0, mostTables),
  };
}
