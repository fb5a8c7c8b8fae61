import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { readVocabulary, ValuePseudonyms } from '../../traffic/public.ts';
import { planOf, refuseUnknown, type TablePlan } from '../plan/plan.ts';
import { type DataRules, noRules } from '../plan/rules.ts';
import { type Catalog, readCatalog, rootOf } from '../postgres/catalog.ts';
import { type Identity, identityOf, markOf, refuseSame, shownUrl } from '../postgres/connect.ts';
import { refuseMissingExtensions } from '../postgres/make.ts';
import { readComments, readObjects, type SchemaObject } from '../postgres/objects.ts';
import type { DataReport } from '../report.ts';
import { type Choice, countReferences, type Rows, rowsOf } from '../subset/subset.ts';
import { Maker, nothingLearned } from '../values/maker.ts';
import { Notes } from '../values/notes.ts';
import { Originals } from '../values/originals.ts';
import { addStructure, settleConstants } from './constants.ts';
import { openDatabaseTarget } from './database-target.ts';
import { openFolderTarget } from './folder-target.ts';
import { type LearnedColumn, learnedOf, settled, type TableLessons } from './learner.ts';
import { type CopyPart, openSource, type Settings } from './machine.ts';
import { Pool } from './pool.ts';
import { leftOutOf, refuseTables } from './refusals.ts';
import { scanResult } from './scan-result.ts';
import { selectsOf } from './split.ts';
import { isUrl, type Target } from './target.ts';

export interface DataOptions {
  /** URL of the database that is read. */
  from: string;
  /** URL of an empty database, or a folder. */
  to: string;
  /** As for the traffic; absent: made and thrown away. */
  key?: string | undefined;
  rules?: DataRules | undefined;
  /** Folder of an anonymized recording: what stayed there stays here. */
  recording?: string | undefined;
  /** When the recording began, before it was anonymized; absent: no traffic names dates. */
  startedAtMs?: number | undefined;
  choices?: readonly Choice[] | undefined;
  /** 0: in this process. Absent: as many as there are processors, for all but small ones. */
  threads?: number | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((text: string) => void) | undefined;
}

const defaultK = 10;
const mostThreads = 8;
/** Below so many pages of 8 KB a thread takes longer to start than to be of use. */
const leastPages = 4000;

/**
 * Copies a database with every value that may say something of someone replaced, and scans the result for leaks. A scan with findings is no error: the result
 * is there, and the report says that it did not pass.
 * @throws ShakedownError DATABASE_UNREACHABLE, DATA_… as what it finds
 */
export async function anonymizeDatabase(options: DataOptions): Promise<DataReport> {
  const { rules = noRules, signal, onProgress = () => {} } = options;
  const begun = performance.now();
  const source = await openSource(options.from, null);
  let target: Target | undefined;
  let pool: Pool | undefined;
  const abort = () => void pool?.close();
  try {
    const identity = await identityOf(source);
    const key = options.key ?? randomBytes(32).toString('hex');
    const kept = options.recording === undefined ? null : await readVocabulary(options.recording);
    const pseudonyms = new ValuePseudonyms(key, kept, options.startedAtMs ?? null);
    const open = isUrl(options.to) ? openDatabaseTarget : openFolderTarget;
    target = await open(options.to, {
      ...{ source: identity, sourceName: shownUrl(options.from), keyGiven: options.key !== undefined },
      choices: JSON.stringify([options.choices ?? [], rules]),
      keyMark: pseudonyms.keyed.mac('data resume', '').toString('hex').slice(0, 16),
      refuse: (to: Identity) => refuseSame(identity, to, options.from, options.to),
    });
    const { rows: exported } = await source.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
    const catalog = await readCatalog(source);
    refuseUnknown(catalog, rules);
    const left = refuseTables(catalog, rules);
    const objects = (await readObjects(source, catalog)).filter((object) => !left.some((of) => of.test(object.sql)));
    if (rules.comments === 'keep') objects.push(...(await readComments(source, catalog)));
    const leftOut = await leftOutOf(source, rules);
    const wanted = objects.filter(({ title }) => rules.constants[title] !== 'leave');
    if (target.client !== null) await refuseMissingExtensions(target.client, wanted);
    const plans = planOf(catalog, rules);
    addStructure(objects, plans);
    const rows =
      options.choices === undefined || options.choices.length === 0
        ? null
        : await rowsOf(source, catalog, rules, options.choices);

    const tables = [...catalog.tables.values()];
    const pages = tables.reduce((sum, table) => sum + table.pages, 0);
    const expected = tables.reduce((sum, { oid, rows: guess }) => sum + guess * (1 + textColumns(plans.get(oid))), 0);
    const settings: Settings = {
      ...{
        key,
        kept,
        startedAtMs: options.startedAtMs ?? null,
        from: options.from,
        snapshot: exported[0]?.snapshot ?? '',
      },
      ...{ originals: Originals.forAbout(expected, target.seed), to: target.url, k: rules.k ?? defaultK },
    };
    const isSmall =
      rows === null ? pages < leastPages : [...rows.values()].reduce((sum, { size }) => sum + size, 0) < 100_000;
    pool = new Pool(options.threads ?? (isSmall ? 0 : Math.min(mostThreads, availableParallelism())));
    signal?.addEventListener('abort', abort, { once: true });
    await pool.begin(settings);

    const originals = new Originals(settings.originals);
    const about = { catalog, plans, rows, version: identity.version, pool, signal, onProgress };
    const learned = await learn(about, originals, settings.k);
    const learnedAt = performance.now();

    const makerOf = (plan: TablePlan, at: number) =>
      new Maker(plan.columns[at] as TablePlan['columns'][number], plan.place, {
        ...{ pseudonyms, originals, notes: new Notes() },
        learned:
          learned.get(plan.oid)?.[at] === undefined
            ? nothingLearned
            : learnedOf(learned.get(plan.oid)?.[at] as LearnedColumn),
      });
    const constants = settleConstants(objects, { catalog, plans, rules, originals, makerOf });
    const notes = await copy(about, target, constants.objects, learned);
    const copiedAt = performance.now();

    onProgress('keys, indexes and references');
    await target.finish(constants.objects, source);
    const finishedAt = performance.now();
    const scan = await scanResult({ target, plans, catalog, pool, notes, signal, onProgress, originals });
    const references = await referencesOf(source, target, catalog, rules, rows, onProgress);
    const ended = performance.now();
    const counts = await target.counts();
    const seconds = (from: number, to: number) => Math.round(to - from) / 1000;
    const report: DataReport = {
      format: 'shakedown.data/1',
      at: new Date().toISOString(),
      source: shownUrl(options.from),
      target: target.shown,
      keyGiven: options.key !== undefined,
      recording: options.recording ?? null,
      subset:
        options.choices === undefined
          ? null
          : options.choices.map((choice) =>
              'share' in choice ? `${choice.share * 100} %` : `${choice.table}: ${choice.condition}`,
            ),
      resumed: target.isResumed,
      tables: tables
        .filter(({ isPartitioned }) => !isPartitioned)
        .map(({ oid, title }) => ({ name: title, ...(counts.get(oid) ?? { rows: 0, bytes: 0 }) })),
      rows: [...counts.values()].reduce((sum, each) => sum + each.rows, 0),
      bytes: [...counts.values()].reduce((sum, each) => sum + each.bytes, 0),
      columns: columnsOf(plans, learned),
      constantsReplaced: constants.replaced,
      leftOut: [...leftOut, ...constants.leftOut],
      references,
      scan,
      seconds: {
        ...{ learn: seconds(begun, learnedAt), copy: seconds(learnedAt, copiedAt) },
        ...{ finish: seconds(copiedAt, finishedAt), scan: seconds(finishedAt, ended), all: seconds(begun, ended) },
      },
      peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
      identity: {
        source: markOf(identity),
        target: target.client === null ? null : markOf(await identityOf(target.client)),
      },
    };
    await target.close(report);
    return report;
  } catch (error) {
    // Its connections were closed: what they say of that is not the reason.
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
    await pool?.close();
    await source.end().catch(() => {});
    await target?.end();
  }
}

interface About {
  catalog: Catalog;
  plans: ReadonlyMap<number, TablePlan>;
  rows: Rows | null;
  version: number;
  pool: Pool;
  signal: AbortSignal | undefined;
  onProgress(text: string): void;
}

const textColumns = (plan: TablePlan | undefined) => plan?.columns.filter(({ isPersonal }) => isPersonal).length ?? 0;

async function learn(
  { catalog, plans, rows, version, pool, signal, onProgress }: About,
  originals: Originals,
  k: number,
): Promise<Map<number, LearnedColumn[]>> {
  const parts = [...plans.values()].flatMap((table) =>
    selectsOf(tableOf(catalog, table), table, rows, version, 'lessons').map((select) => ({ table, select })),
  );
  const lessons = new Map<number, TableLessons[]>();
  let done = 0;
  await pool.each('learn', parts, signal, (made, index) => {
    const { oid } = (parts[index] as (typeof parts)[number]).table;
    lessons.set(oid, [...(lessons.get(oid) ?? []), made]);
    onProgress(`learning what is shared: part ${++done} of ${parts.length}`);
  });
  return new Map([...lessons].map(([oid, each]) => [oid, settled(each, k, (text) => originals.add(text))]));
}

async function copy(
  { catalog, plans, rows, version, pool, signal, onProgress }: About,
  target: Target,
  objects: readonly SchemaObject[],
  learned: ReadonlyMap<number, LearnedColumn[]>,
): Promise<Notes> {
  const units = new Map<number, Omit<CopyPart, 'unit' | 'file'>[]>();
  for (const table of plans.values()) {
    const own = tableOf(catalog, table);
    const into = rootOf(catalog, own);
    const parts = selectsOf(own, table, rows, version, 'all').map((select) => ({
      ...{ table, select, into },
      learned: learned.get(table.oid) ?? [],
    }));
    units.set(into.oid, [...(units.get(into.oid) ?? []), ...parts]);
  }
  const { parts, notes } = await target.begin(objects, units);
  let done = 0;
  const oids = parts.map(({ table }) => table.oid);
  await pool.each('copy', parts, signal, (made, index) => {
    notes.include(made.notes);
    target.add(oids[index] ?? 0, made, index);
    onProgress(`replacing: part ${++done} of ${parts.length}`);
  });
  return notes;
}

function tableOf(catalog: Catalog, { oid }: TablePlan) {
  const table = catalog.tables.get(oid);
  if (table === undefined) throw new Error(`Table ${oid} is gone.`);
  return table;
}

async function referencesOf(
  source: Parameters<typeof countReferences>[0],
  target: Target,
  catalog: Catalog,
  rules: DataRules,
  rows: Rows | null,
  onProgress: (text: string) => void,
) {
  if (target.client === null) return [];
  onProgress('counting references');
  const before = await countReferences(source, catalog, rules, rows);
  const after = await countReferences(target.client, await readCatalog(target.client), rules, null);
  return [...before].map(([name, count]) => ({ name, source: count, result: after.get(name) ?? 0 }));
}

function columnsOf(
  plans: ReadonlyMap<number, TablePlan>,
  learned: ReadonlyMap<number, LearnedColumn[]>,
): DataReport['columns'] {
  return [...plans.values()].flatMap(({ oid, title, columns }) =>
    columns.map(({ name, action, why, isPersonal }, at) => ({
      ...{ name: `${title}.${name}`, action: action.do, why, isPersonal },
      keptTexts: (learned.get(oid)?.[at]?.kept ?? []).reduce((sum, [, texts]) => sum + texts.length, 0),
    })),
  );
}
