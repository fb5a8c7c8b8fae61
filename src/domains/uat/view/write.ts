import { makeFolder, writeReport } from '../../../evidence/atomic-file.ts';
import type { UatResults } from '../../../model/uat.ts';
import { readableDeep } from '../../../report-kit/text.ts';
import { uatPage } from './acceptance.ts';
import { earlReport, sarifReport } from './formats.ts';
import { thumbnailsOf } from './looks.ts';
import { uatJunit, uatSummary } from './summary.ts';

/**
 * Writes the reports of a run of scenarios from its results alone. The results come first, the page last.
 * @throws ShakedownError REPORT_NOT_WRITTEN
 */
export async function writeUatReports(results: UatResults, folder: string): Promise<{ index: string }> {
  await makeFolder(folder);
  const shown = readableDeep(results) as UatResults;
  await writeReport(folder, 'results.json', `${JSON.stringify(results, null, 1)}\n`);
  await writeReport(folder, 'junit.xml', uatJunit(shown));
  await writeReport(folder, 'summary.md', uatSummary(shown));
  await writeReport(folder, 'accessibility.sarif', `${JSON.stringify(sarifReport(shown), null, 1)}\n`);
  await writeReport(folder, 'accessibility.earl.jsonld', `${JSON.stringify(earlReport(shown), null, 1)}\n`);
  return { index: await writeReport(folder, 'index.html', uatPage(shown, thumbnailsOf(results))) };
}
