import { join } from 'node:path';
import { makeFolder, writeReport } from '../evidence/atomic-file.ts';
import { isCovered } from '../evidence/manifest.ts';
import type { Results } from '../model/results.ts';
import type { RunAcceptance } from '../model/uat-under-load.ts';
import { readableDeep, readableResults } from '../report-kit/text.ts';
import { badge } from './badge.ts';
import { contentOf } from './content.ts';
import { declaredOf, type ReportingDomain } from './declared.ts';
import { junitXml } from './junit.ts';
import { indexPage, otherPages } from './pages.ts';
import { partsOf } from './parts.ts';
import { summaryMarkdown } from './summary.ts';
import { verdictView } from './view/verdict.ts';

export interface WrittenReports {
  /** Paths of what was written, by file name: `index.html`. */
  files: Record<string, string>;
  index: string;
  /** What could not be drawn, and why. */
  warnings: string[];
}

/**
 * Writes every report of a run into `folder`, from its results alone: the same results give the same bytes. The results
 * come first, so that the reports can be made again from them, and the index last, so that where it is, all is.
 *
 * @param domains every part of Shakedown, in the order in which reports show them
 * @param acceptance who signed the run, which its results do not hold; null: nobody asked
 * @throws ShakedownError REPORT_NOT_WRITTEN
 */
export async function writeReports(
  results: Results,
  folder: string,
  domains: readonly ReportingDomain[],
  acceptance: RunAcceptance | null = null,
): Promise<WrittenReports> {
  await makeFolder(folder);
  const first = await writeResults(results, folder);
  const { files, index, ...rest } = await renderReports(results, domains, acceptance);
  const others = await writeAll(folder, files);
  const last = await writeReport(folder, 'index.html', index);
  return { files: { 'results.json': first, ...others, 'index.html': last }, index: last, ...rest };
}

/** The text of every report but `results.json`, by file name; the index beside them. */
export async function renderReports(
  results: Results,
  domains: readonly ReportingDomain[],
  acceptance: RunAcceptance | null = null,
): Promise<{ files: Record<string, string>; index: string; warnings: string[] }> {
  const shown = readableResults(results);
  const signed = readableDeep(acceptance) as RunAcceptance | null;
  const warnings: string[] = [];
  const declared = await declaredOf(domains, warnings);
  const gates = domains.flatMap((domain) => domain.gates ?? []);
  const content = contentOf(shown, declared, signed, warnings);
  const parts = partsOf(shown, declared, content, signed, warnings);
  const verdict = verdictView(shown, content);
  const files: Record<string, string> = {
    'junit.xml': junitXml(shown, content, gates),
    'summary.md': summaryMarkdown(shown, content, verdict, { declared: gates, pages: parts.pages }),
    'badge.svg': badge(shown),
    ...content.files,
  };
  for (const { file, html } of otherPages(shown, parts, verdict, warnings)) files[file] = html;
  return {
    files,
    index: indexPage(shown, content, parts, verdict, gates, warnings),
    warnings,
  };
}

/** Files side by side, since each waits for the disk. @throws that of the first that failed, when all have ended */
async function writeAll(folder: string, files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const ended = await Promise.allSettled(
    Object.entries(files).map(async ([name, text]) => [name, await writeReport(folder, name, text)] as const),
  );
  return Object.fromEntries(
    ended.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    }),
  );
}

/**
 * Writes `results.json` alone. Where it is part of the evidence, as in sealed runs of earlier versions, it stays.
 * @returns its path
 * @throws ShakedownError REPORT_NOT_WRITTEN
 */
export async function writeResults(results: Results, folder: string): Promise<string> {
  if (isCovered(folder, 'results.json')) return join(folder, 'results.json');
  return writeReport(folder, 'results.json', resultsText(results));
}

/** The form in which `results.json` is written. */
export function resultsText(results: Results): string {
  return `${JSON.stringify(results, null, 1)}\n`;
}
