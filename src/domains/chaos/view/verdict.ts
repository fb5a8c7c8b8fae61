import type { FlatResults } from '../../../model/results.ts';
import type { ObjectiveResult, Verdict } from '../../../model/verdict.ts';
import { asSentence, type VerdictView, verdictView } from '../../../report/view/verdict.ts';
import { shortened } from '../../../report-kit/text.ts';
import { chaosLines } from './experiments.ts';

export function chaosObjectives({ objectives }: FlatResults): ObjectiveResult[] {
  return objectives.filter(({ objective: { gate } }) => gate === 'resilience' || gate === 'integrity');
}

/** The first screen of the resilience report: the verdict of its two gates, and the run's beside it. */
export function resilienceVerdict(results: FlatResults): VerdictView {
  const own = results.gates.filter(({ id }) => id === 'resilience' || id === 'integrity').map(({ verdict }) => verdict);
  const verdict: Verdict = own.includes('fail')
    ? 'fail'
    : own.includes('inconclusive') || !own.includes('pass')
      ? 'inconclusive'
      : 'pass';
  const lines = chaosLines(results)?.lines ?? ['No experiment was begun'];
  return {
    ...verdictView(results),
    verdict,
    word: verdict.toUpperCase(),
    eyebrow: 'Resilience',
    sentence: lines
      .slice(0, 2)
      .map((line) => asSentence(shortened(line, 240)))
      .join(' '),
    aside: { title: 'The run as a whole', lines: [`${results.word}. ${shortened(results.sentence, 420)}`], leftOut: 0 },
  };
}
