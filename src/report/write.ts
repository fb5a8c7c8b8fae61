import { join } from 'node:path';
import { makeFolder, writeReport } from '../evidence/atomic-file.ts';
import { isCovered } from '../evidence/manifest.ts';
import type { FlatResults } from '../model/results.ts';
import type { RunAcceptance } from '../model/uat-under-load.ts';
import { readableDeep, readableResults } from '../report-kit/text.ts';
import { junitXml } from './junit.ts';
import { browsersPage, indexPage, journeysPage, performancePage, resiliencePage, underLoadPage } from './pages.ts';
import { summaryMarkdown } from './summary.ts';

/** Paths of what was written. */
export interface WrittenReports {
  index: string;
  performance: string;
  /** Absent: the run had no faults. */
  resilience?: string;
  /** Absent: nothing is known of journeys or of what people think. */
  journeys?: string;
  /** Absent: no browser was at work. */
  browsers?: string;
  /** Absent: no scenario was run. */
  uat?: string;
  junit: string;
  summary: string;
  results: string;
}

/**
 * Writes every report of a run into `folder`, from its results alone: the same results give the same bytes. The results
 * come first, so that the reports can be made again from them, and the index last, so that where it is, all is.
 *
 * @param acceptance who signed the run, which its results do not hold; null: nobody asked
 * @throws ShakedownError REPORT_NOT_WRITTEN
 */
export async function writeReports(
  results: FlatResults,
  folder: string,
  acceptance: RunAcceptance | null = null,
): Promise<WrittenReports> {
  await makeFolder(folder);
  const shown = readableResults(results);
  const signed = acceptance === null ? null : (readableDeep(acceptance) as RunAcceptance);
  const first = { results: await writeResults(results, folder) };
  const others = await writeAll(folder, {
    junit: ['junit.xml', junitXml(shown)],
    summary: ['summary.md', summaryMarkdown(shown)],
    performance: ['performance.html', performancePage(shown)],
    resilience: ['resilience.html', resiliencePage(shown)],
    journeys: ['journeys.html', journeysPage(shown)],
    browsers: ['browsers.html', browsersPage(shown)],
    uat: ['uat.html', underLoadPage(shown, signed)],
  });
  // Those that there is something to say in: the first three always.
  const written = others as Omit<WrittenReports, 'results' | 'index'>;
  return { ...first, ...written, index: await writeReport(folder, 'index.html', indexPage(shown, signed)) };
}

/** Files side by side, since each waits for the disk; null where there is none to write. @throws that of the first that failed, when all have ended */
async function writeAll<K extends string>(
  folder: string,
  files: Record<K, [name: string, text: string | null]>,
): Promise<Partial<Record<K, string>>> {
  const wanted = (Object.entries(files) as [K, [string, string | null]][]).flatMap(([key, [name, text]]) =>
    text === null ? [] : [{ key, name, text }],
  );
  const ended = await Promise.allSettled(wanted.map(({ name, text }) => writeReport(folder, name, text)));
  const written: Partial<Record<K, string>> = {};
  for (const [i, one] of ended.entries()) {
    if (one.status === 'rejected') throw one.reason;
    const { key } = wanted[i] as (typeof wanted)[number];
    written[key] = one.value;
  }
  return written;
}

/**
 * Writes `results.json` alone. Where it is part of the evidence, as in sealed runs of earlier versions, it stays.
 * @returns its path
 * @throws ShakedownError REPORT_NOT_WRITTEN
 */
export async function writeResults(results: FlatResults, folder: string): Promise<string> {
  if (isCovered(folder, 'results.json')) return join(folder, 'results.json');
  return writeReport(folder, 'results.json', `${JSON.stringify(results, null, 1)}\n`);
}
