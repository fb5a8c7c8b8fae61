import type { Results } from '../../../model/results.ts';
import { objectivesView } from '../../../report-kit/objectives-table.ts';
import { visible } from '../../../report-kit/text.ts';

/** GitHub shows ten of each kind a step. */
const most = 10;

const value = (text: string) => visible(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const property = (text: string) => value(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

/** Lines that GitHub shows as annotations: an error for each objective that failed, a warning for each that is inconclusive. */
export function annotations(results: Results): string[] {
  const { rows } = objectivesView(results.objectives, results.candidate.baselineVersion);
  const of = (verdict: 'fail' | 'inconclusive', kind: 'error' | 'warning') =>
    rows
      .filter((row) => row.verdict === verdict)
      .slice(0, most)
      .map(
        ({ title, observed, target, reason }) =>
          `::${kind} title=${property(title)}::${value(`${observed}, target ${target}. ${reason}`)}`,
      );
  return [...of('fail', 'error'), ...of('inconclusive', 'warning')];
}
