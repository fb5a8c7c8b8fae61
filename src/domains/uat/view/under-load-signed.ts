import type { Results } from '../../../model/results.ts';
import type { RunAcceptance } from '../../../model/uat-under-load.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { quantity, target } from '../../../report-kit/format.ts';
import { approver } from '../../../report-kit/signed.ts';
import { shortened } from '../../../report-kit/text.ts';
import { wordOf } from '../../../report-kit/verdict.ts';
import { vitalsOf } from '../../browsers/public.ts';
import { type SignaturesView, signaturesView } from './signatures.ts';
import { scenarioResults } from './under-load.ts';

export interface SignedView {
  criteria: {
    verdict: Verdict;
    word: string;
    title: string;
    anchor: string;
    observed: string;
    wanted: string;
    approver: string;
  }[];
  signatures: SignaturesView;
}

/** Where on the page a criterion's evidence is. */
const places: Readonly<Record<string, string>> = {
  user_findings: '#experience',
  vitals_over: '#vitals-beside',
  browsers_not_run: '#browsers',
  fault_scenarios: '#rounds',
};

/** What a run under load is accepted by, and who did; null where that was not asked for. */
export function signedView(results: Results, acceptance: RunAcceptance | null): SignedView | null {
  if (acceptance === null) return null;
  const signed = approver(acceptance.signOffs);
  const hasVitals = vitalsOf(results).length > 0;
  return {
    criteria: scenarioResults(results).map(({ objective, verdict, value }) => ({
      verdict,
      word: wordOf(verdict),
      title: shortened(objective.title, 80),
      anchor:
        objective.metric === 'vitals_over' && !hasVitals ? '#scenarios' : (places[objective.metric] ?? '#scenarios'),
      observed: quantity(value, objective.unit, objective.target),
      wanted: target(objective.comparison, objective.target, objective.unit),
      approver: signed,
    })),
    signatures: signaturesView(acceptance, results.run.id),
  };
}
