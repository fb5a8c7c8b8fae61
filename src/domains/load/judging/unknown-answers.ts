import type { Metric } from '../../../gate/metric.ts';
import { grouped, inBytes } from '../../../gate/words.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { Objective } from '../../../model/verdict.ts';
import { proportionInterval } from '../../../stats/intervals.ts';
import type { LoadSection } from '../section.ts';
import { type LoadState, routeName } from './reading.ts';

/** Fewer answers of a route say nothing of it. */
const answersAtLeast = 10;
/** Fewer routes may give answers of one size by chance. */
const routesAtLeast = 3;
/** Largest recorded size of these routes, divided by the smallest, from which one size for all of them is wrong. */
const sizesDiffer = 4;
/** Within a step of the counts of sizes, which are in factors of the root of two. */
const sameSize = 1.5;
const confidence = 0.95;

/** What nobody could compare, and looks as if it were no answer. */
interface Sign {
  /** In percent, beyond doubt. */
  low: number;
  text: string;
}

/** Routes whose contents can be held against neither a recording nor a baseline. */
function isUnknown({ expected }: LoadState, route: number): boolean {
  return expected[route]?.answers?.shape === undefined;
}

/** A page with a form for logging in is what is asked for there. */
const asksForLogin = /log-?_?in|sign-?_?in|log-?_?on|session|auth|account/i;

function lookingWrong(state: LoadState, facts: RunFacts): Sign[] {
  const signs = (state.fold.learned?.signs ?? []).filter(
    ({ route, bodies }) => bodies >= answersAtLeast && isUnknown(state, route),
  );
  return signs.flatMap(({ route, bodies, problems, logins }): Sign[] => {
    const name = routeName(facts, route);
    const wrong = problems + (asksForLogin.test(name) ? 0 : logins);
    if (wrong === 0) return [];
    const what = problems >= wrong - problems ? 'report an error' : 'ask for a login';
    const low = proportionInterval(wrong, bodies, 1 - (1 - confidence) / signs.length)?.low ?? 0;
    return [
      {
        low: 100 * low,
        text: `${grouped(wrong)} of ${grouped(bodies)} answers of ${name} with 2xx that were looked at ${what}`,
      },
    ];
  });
}

/** One page in the place of all others has one size, whatever the recorded ones have. */
function allOfOneSize({ fold, expected }: LoadState): Sign[] {
  const sizes = expected.flatMap(({ answers }, route) => {
    const got = fold.answers.routes[route]?.bytes ?? null;
    const recorded = answers?.bytes?.p50;
    return got === null || recorded === undefined || answers?.shape !== undefined ? [] : [{ got, recorded }];
  });
  if (sizes.length < routesAtLeast) return [];
  const ends = (which: 'got' | 'recorded') => {
    const all = sizes.map((one) => one[which]);
    return { least: Math.min(...all), most: Math.max(...all) };
  };
  const [got, recorded] = [ends('got'), ends('recorded')];
  if (got.most > sameSize * got.least || recorded.most < sizesDiffer * recorded.least) return [];
  const from = `${inBytes(recorded.least)} to ${inBytes(recorded.most)}`;
  return [
    {
      low: 100,
      text: `all ${grouped(sizes.length)} routes whose sizes are known answer with about ${inBytes(got.least)}, and the recorded answers have ${from} at the median`,
    },
  ];
}

/** Answers that look like no answers, where nothing is known of what they should be. */
export const errorAnswers: Metric<LoadState, LoadSection> = {
  id: 'error_answers',
  words: 'share of 2xx answers that look like errors, of the worst route',
  shortWords: 'answers that look like errors',
  unit: '%',
  missed: 'inconclusive',
  cause: 'comparison',
  isCount: true,
  doubt: (_objective, _value, reason) => `answers need a review: ${reason.replace(/\.$/, '')}`,
  read: ({ state, facts }, { target }) => {
    const found = [...lookingWrong(state, facts), ...allOfOneSize(state)].sort((a, b) => b.low - a.low);
    const [worst] = found;
    const samples = (state.fold.learned?.signs ?? []).reduce((sum, { bodies }) => sum + bodies, 0);
    const value = Number((worst?.low ?? 0).toPrecision(3));
    if (worst === undefined || worst.low <= target) return { value, samples };
    const over = found.filter(({ low }) => low > target).length;
    const more = over > 1 ? `, and so it is with ${grouped(over - 1)} more` : '';
    return {
      value,
      samples,
      reason: `${worst.text}${more}; neither the recording nor a baseline says what they should be.`,
    };
  },
};

/** Where something was looked at that nobody could compare. */
export function hasUnknownAnswers(state: LoadState): boolean {
  return (
    (state.fold.learned?.signs ?? []).some(({ route }) => isUnknown(state, route)) || allOfOneSize(state).length > 0
  );
}

export const errorAnswersObjective: Objective = {
  id: 'error-answers',
  title: '2xx answers that look like errors, worst route',
  gate: 'parity',
  metric: 'error_answers',
  statistic: 'value',
  comparison: '<=',
  target: 10,
  unit: '%',
  weight: 1,
  key: true,
  minimumSamples: 0,
};
