import type { Results } from '../../src/model/results.ts';
import { renderReports } from '../../src/report/write.ts';
import { domains } from '../../src/run/domains.ts';

/** Every report of a run but `results.json`, by file name, as all domains make them. */
export async function rendered(results: Results): Promise<Record<string, string>> {
  const { files, index, warnings } = await renderReports(results, domains);
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
  return { ...files, 'index.html': index };
}
