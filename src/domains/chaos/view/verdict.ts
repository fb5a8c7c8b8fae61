import type { Results } from '../../../model/results.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { type ObjectivesView, objectivesView } from '../../../report-kit/objectives-table.ts';
import { asSentence, shortened } from '../../../report-kit/text.ts';
import type { PageVerdict } from '../../domain.ts';
import { chaosLines } from './experiments.ts';

const ownGates = ['resilience', 'integrity'];

/** Objectives of the two gates that faults are judged by; null for a run without any. */
export function chaosTable({ objectives, sections: { chaos } }: Results): ObjectivesView | null {
  if (chaos === undefined) return null;
  return objectivesView(
    objectives.filter(({ objective: { gate } }) => ownGates.includes(gate)),
    null,
  );
}

/** The verdict of the two gates together. */
export function resilienceVerdict(results: Results): PageVerdict {
  const own = results.gates.filter(({ id }) => ownGates.includes(id)).map(({ verdict }) => verdict);
  const verdict: Verdict = own.includes('fail')
    ? 'fail'
    : own.includes('inconclusive') || !own.includes('pass')
      ? 'inconclusive'
      : 'pass';
  const lines = chaosLines(results)?.lines ?? ['No experiment was started'];
  return {
    verdict,
    word: verdict.toUpperCase(),
    of: 'Resilience',
    sentence: lines
      .slice(0, 2)
      .map((line) => asSentence(shortened(line, 240)))
      .join(' '),
  };
}
