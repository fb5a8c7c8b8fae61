import type { Results } from '../model/results.ts';
import { makeFolder, writeWhole } from './atomicFile.ts';
import { junitXml } from './junit.ts';
import { browsersPage, indexPage, journeysPage, performancePage, resiliencePage, underLoadPage } from './pages.ts';
import { summaryMarkdown } from './summary.ts';
import { readableResults } from './text.ts';

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
 * @throws ShakedownError REPORT_NOT_WRITTEN
 */
export async function writeReports(results: Results, folder: string): Promise<WrittenReports> {
  await makeFolder(folder);
  const shown = readableResults(results);
  const resilience = resiliencePage(shown);
  const journeys = journeysPage(shown);
  const browsers = browsersPage(shown);
  const uat = underLoadPage(shown);
  return {
    results: await writeWhole(folder, 'results.json', `${JSON.stringify(results, null, 1)}\n`),
    junit: await writeWhole(folder, 'junit.xml', junitXml(shown)),
    summary: await writeWhole(folder, 'summary.md', summaryMarkdown(shown)),
    performance: await writeWhole(folder, 'performance.html', performancePage(shown)),
    ...(resilience === null ? {} : { resilience: await writeWhole(folder, 'resilience.html', resilience) }),
    ...(journeys === null ? {} : { journeys: await writeWhole(folder, 'journeys.html', journeys) }),
    ...(browsers === null ? {} : { browsers: await writeWhole(folder, 'browsers.html', browsers) }),
    ...(uat === null ? {} : { uat: await writeWhole(folder, 'uat.html', uat) }),
    index: await writeWhole(folder, 'index.html', indexPage(shown)),
  };
}
