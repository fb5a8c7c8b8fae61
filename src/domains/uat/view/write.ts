import { makeFolder, writeWhole } from '../../../evidence/atomic-file.ts';
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
  await writeWhole(folder, 'results.json', `${JSON.stringify(results, null, 1)}\n`);
  await writeWhole(folder, 'junit.xml', uatJunit(shown));
  await writeWhole(folder, 'summary.md', uatSummary(shown));
  await writeWhole(folder, 'accessibility.sarif', `${JSON.stringify(sarifReport(shown), null, 1)}\n`);
  await writeWhole(folder, 'accessibility.earl.jsonld', `${JSON.stringify(earlReport(shown), null, 1)}\n`);
  return { index: await writeWhole(folder, 'index.html', uatPage(shown, thumbnailsOf(results))) };
}
