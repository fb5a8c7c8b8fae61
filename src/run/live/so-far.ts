import { holds } from '../../gate/comparison.ts';
import { isOfAll } from '../../gate/objectives.ts';
import { inSentence } from '../../gate/words.ts';
import type { Objective, Verdict } from '../../model/verdict.ts';
import { plural, quantity } from '../../report-kit/format.ts';
import { figureOf as timesFigure } from '../../stats/statistic.ts';
import type { LiveState } from './state.ts';

/** How one objective stands. `inconclusive`: fewer samples than it needs. */
interface Standing {
  objective: Objective;
  verdict: Verdict;
  value: number | null;
}

/** What can be said of a run that is not over; never the verdict, which needs intervals and all of the run. */
export interface SoFar {
  state: Verdict;
  word: string;
  sentence: string;
}

/** Objectives that a run under way can be held against: response times and errors of all its requests. */
export function standings(state: LiveState): Standing[] {
  const shown = state.run.objectives.filter(
    (one) => isOfAll(one) && (one.metric === 'response_time' || one.metric === 'error_rate'),
  );
  return shown.map((objective) => {
    const { value, samples } = found(state, objective);
    const tooFew = value === null || samples < objective.minimumSamples;
    const verdict = tooFew ? 'inconclusive' : holds(value, objective.comparison, objective.target) ? 'pass' : 'fail';
    return { objective, verdict, value };
  });
}

function found(state: LiveState, objective: Objective): { value: number | null; samples: number } {
  const { counted, response } = state;
  if (objective.metric === 'error_rate') {
    const value = counted.answered === 0 ? null : (100 * counted.failed) / counted.answered;
    return { value, samples: counted.answered };
  }
  return { value: timesFigure(response, objective.statistic), samples: response.count };
}

const figureOf = ({ objective, value }: Standing) => {
  const { title, unit, target } = objective;
  return `${title} ${quantity(value, unit, target)} against ${quantity(target, unit)}`;
};

/** The run so far in words. */
export function soFar(state: LiveState): SoFar {
  const { outcome } = state;
  if (outcome !== null) {
    return { state: outcome.verdict, word: outcome.word, sentence: outcome.sentence };
  }
  if (state.windows === 0) {
    const sentence = `${state.phase.charAt(0).toUpperCase()}${state.phase.slice(1)}. No figures yet.`;
    return { state: 'inconclusive', word: 'Not begun', sentence };
  }
  const all = standings(state);
  const keys = all.filter(({ objective }) => objective.key);
  const judged = keys.length > 0 ? keys : all;
  const missed = judged.filter(({ verdict }) => verdict === 'fail');
  if (missed.length > 0) {
    const list = missed.map((each, index) => (index === 0 ? figureOf(each) : inSentence(figureOf(each))));
    return {
      state: 'fail',
      word: 'So far outside targets',
      sentence: `${list.slice(0, 3).join(', ')}, over ${plural(state.counted.answered, 'request')}.`,
    };
  }
  const open = judged.filter(({ verdict }) => verdict === 'inconclusive');
  if (open.length > 0 || judged.length === 0) {
    const isInvalid = state.invalidWindows === state.windows;
    return {
      state: 'inconclusive',
      word: 'Too early to say',
      sentence: isInvalid
        ? 'In every window so far the load generator was the bottleneck: none of them counts.'
        : `${plural(state.counted.answered, 'request')} counted so far; the targets need more.`,
    };
  }
  const [first, ...rest] = judged.map(
    ({ objective, value }) =>
      `${inSentence(objective.title)} ${quantity(value, objective.unit, objective.target)} of ${quantity(objective.target, objective.unit)}`,
  );
  const list = [first ?? '', ...rest].join(', ');
  return {
    state: 'pass',
    word: 'So far within targets',
    sentence: `${list.charAt(0).toUpperCase()}${list.slice(1)}, over ${plural(state.counted.answered, 'request')}.`,
  };
}
