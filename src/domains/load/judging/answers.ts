import type { Measurement } from '../../../gate/measurement.ts';
import type { Metric } from '../../../gate/metric.ts';
import { amount, grouped, inBytes, list } from '../../../gate/words.ts';
import type { ExpectedAnswers } from '../../../model/plan.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { Objective } from '../../../model/verdict.ts';
import { proportionInterval } from '../../../stats/intervals.ts';
import type { LoadSection } from '../section.ts';
import type { AnswerFold, AnswerTally } from './answer-fold.ts';
import { type LoadState, routeName } from './reading.ts';
import { errorAnswers, errorAnswersObjective, hasUnknownAnswers } from './unknown-answers.ts';

const confidence = 0.95;
/** Fewer answers of a route are no figure of their own. */
export const answersAtLeast = 10;
/** Compressed or not, with headers or without: below this many times as large or small nothing is meant by it. */
const sizeFactor = 10;
const headerBytes = 1024;

interface Found {
  route: number;
  count: number;
  of: number;
  what: string;
  /** Share in percent that the recorded answers themselves leave room for. */
  allowed: number;
}

const exampleOf = (tally: AnswerTally) => {
  const example = tally.examples.get('otherShape');
  return example === undefined ? '' : ` (${example})`;
};

/** What a sample of recorded bodies leaves open: those that lack what nearly all have, by the upper end of their share. */
function roomOf(expected: ExpectedAnswers | undefined): number {
  const { unlike = 0, bodies = 0 } = expected?.shape ?? {};
  return bodies === 0 ? 100 : 100 * (proportionInterval(unlike, bodies, confidence)?.high ?? 1);
}

const others = (expected: ExpectedAnswers | undefined) =>
  expected?.shape?.kind === undefined ? 'the recorded ones' : 'those of the baseline';

const low = (count: number, of: number, many: number) =>
  100 * (proportionInterval(count, of, 1 - (1 - confidence) / Math.max(many, 1))?.low ?? 0);

/** The worst of what was found, against a share that is allowed of each. */
function worst(found: readonly Found[], facts: RunFacts, target: number, of: string): Measurement {
  const samples = found.reduce((sum, one) => sum + one.of, 0);
  const judged = found
    .map((one) => ({ ...one, low: low(one.count, one.of, found.length) }))
    .sort((a, b) => b.low - a.low);
  const limit = (one: Found) => Math.max(target, one.allowed);
  const words = ({ route, count, of: all, what }: Found) =>
    `${grouped(count)} of ${grouped(all)} answers of ${routeName(facts, route)} ${what}`;
  const over = judged.filter((one) => one.low > limit(one));
  const value = Number((over[0]?.low ?? 0).toPrecision(3));
  const [first] = over;
  const more = over.length > 1 ? `, and so it is with ${grouped(over.length - 1)} more` : '';
  if (first !== undefined)
    return {
      value,
      samples,
      reason: `${words(first)}${more}; of no route may more than ${amount(target, '%')} ${of}.`,
    };
  const unclear = judged.find((one) => low(one.count, one.of, 1) > target);
  return unclear === undefined
    ? { value, samples }
    : {
        value,
        samples,
        open: `${words(unclear)}; by so few recorded answers and so many routes that could be chance.`,
      };
}

function counted({ state }: { state: LoadState }) {
  return state.fold.answers.routes.flatMap((tally, route) =>
    tally.answered < answersAtLeast ? [] : [{ route, tally, expected: state.expected[route]?.answers }],
  );
}

const uncounted = 'what was answered is on no record';

/** Answers with a good status that are not what was recorded, by route. */
const otherAnswers: Metric<LoadState, LoadSection> = {
  id: 'other_answers',
  words: 'share of answers unlike the recorded ones, of the worst route',
  shortWords: 'other answers',
  unit: '%',
  cause: 'errors',
  isCount: true,
  read: (run, { target }) => {
    if (run.state.fold.answers.counted === 0) return { value: null, samples: 0, absent: uncounted };
    const found = counted(run).flatMap(({ route, tally, expected }): Found[] => [
      {
        route,
        count: tally.otherType,
        of: tally.compared,
        what: `had another content type (${tally.examples.get('otherType') ?? 'not recorded'})`,
        allowed: 0,
      },
      {
        route,
        count: tally.emptied,
        of: tally.compared,
        what: 'were empty, and the recorded ones are not',
        allowed: 0,
      },
      {
        route,
        count: tally.otherShape,
        of: tally.shaped,
        what: `had another content${exampleOf(tally)}: most of what ${others(expected)} have in common is missing, or an error or a login is in its place`,
        allowed: roomOf(expected),
      },
    ]);
    const measured = worst(
      found.filter(({ of }) => of >= answersAtLeast),
      run.facts,
      target,
      'be so',
    );
    const [first, ...more] = unreadRoutes(run);
    if (first === undefined || measured.reason !== undefined || measured.open !== undefined) return measured;
    const { route, tally } = first;
    const also = more.length === 0 ? '' : `, and so it is with ${grouped(more.length)} more routes`;
    return {
      ...measured,
      open: `${grouped(tally.unread)} answers of ${routeName(run.facts, route)} could not be read (${tally.examples.get('unread') ?? 'too large, or packed in an unknown way'}), so that none or too few were held against the recorded ones${also}.`,
    };
  },
};

/** Routes whose recorded bodies are known and whose answers were read too seldom to say anything, though that was tried. */
function unreadRoutes(run: { state: LoadState }) {
  return counted(run).filter(({ tally }) => tally.unread >= answersAtLeast && tally.shaped < answersAtLeast);
}

/** Answers that may have changed on purpose: somebody must look at them. */
const changedAnswers: Metric<LoadState, LoadSection> = {
  id: 'changed_answers',
  words: 'share of answers that changed, of the worst route',
  shortWords: 'changed answers',
  unit: '%',
  missed: 'inconclusive',
  cause: 'comparison',
  isCount: true,
  doubt: (_objective, _value, reason) => `answers changed and need a review: ${reason.replace(/\.$/, '')}`,
  read: (run, { target }) => {
    if (run.state.fold.answers.counted === 0) return { value: null, samples: 0, absent: uncounted };
    const found = counted(run).flatMap(({ route, tally, expected }): Found[] => {
      const size = sizeChange(tally, expected);
      return [
        {
          route,
          count: tally.changed,
          of: tally.shaped,
          what: `lack something that nearly all of ${others(expected)} have`,
          allowed: roomOf(expected),
        },
        ...(size === null ? [] : [{ route, count: sized(tally), of: sized(tally), what: size, allowed: 0 }]),
        ...redirectedElsewhere(run.state, route, expected),
      ];
    });
    return worst(
      found.filter(({ of }) => of >= answersAtLeast),
      run.facts,
      target,
      'change so',
    );
  },
};

const sized = ({ compared, sizes }: AnswerTally) =>
  Math.max(
    compared,
    [...sizes.values()].reduce((sum, count) => sum + count, 0),
  );

/** Redirects to where none of the recorded ones led: of the first ones of the route. */
function redirectedElsewhere({ fold }: LoadState, route: number, expected: ExpectedAnswers | undefined): Found[] {
  const known = expected?.redirects;
  const got = fold.learned?.redirects?.find((one) => one.route === route)?.to ?? [];
  const of = got.reduce((sum, [, count]) => sum + count, 0);
  if (known === undefined || of === 0) return [];
  const others = got.filter(([shape]) => !known.to.includes(shape)).sort((a, b) => b[1] - a[1]);
  const [most] = others;
  if (most === undefined) return [];
  const count = others.reduce((sum, [, many]) => sum + many, 0);
  const what = `with a redirect lead to ${most[0]}, the recorded ones to ${list(known.to.slice(0, 3))}`;
  // What none of so few recorded ones does may still be usual.
  const allowed = 100 * (proportionInterval(0, known.count, confidence)?.high ?? 1);
  return [{ route, count, of, what, allowed }];
}

/** Sizes say something where nothing else was compared: what has the same shape may be longer or shorter. */
function sizeChange(tally: AnswerTally, expected: ExpectedAnswers | undefined): string | null {
  const { bytes } = tally;
  const recorded = expected?.bytes;
  if (bytes === null || recorded === undefined || tally.shaped >= answersAtLeast) return null;
  // Logs may count headers: what is smaller than these could be had no body to speak of.
  const isSmall = bytes * sizeFactor <= recorded.p10 && recorded.p10 > headerBytes;
  if (!isSmall && bytes < Math.max(recorded.p90, headerBytes) * sizeFactor) return null;
  return `are of ${inBytes(bytes)} at the median, the recorded ones of ${inBytes(recorded.p50)}`;
}

export const answerMetrics = [otherAnswers, changedAnswers, errorAnswers] as const;

/** Where the plan says what is expected, or something was counted; runs of earlier versions did neither. */
export function hasAnswers(fold: AnswerFold, { plan }: Pick<RunFacts, 'plan'>): boolean {
  return fold.counted > 0 || plan?.plan.routes.some(({ answers }) => answers !== undefined) === true;
}

/** Those of which something was compared: what nobody looked at is no objective that was met, and stands under what is missing. */
export function comparedAnswerObjectives(state: LoadState, facts: RunFacts): readonly Objective[] {
  const { fold, expected } = state;
  if (!hasAnswers(fold.answers, facts)) return [];
  if (fold.answers.counted === 0 || expected.length === 0) return answerObjectives;
  const known = expected.flatMap(({ answers }) => answers ?? []);
  const readsBodies = facts.engine?.build !== 'stock';
  const canChange = known.some(
    ({ bytes, shape, redirects }) => saysSize(bytes) || (readsBodies && (shape ?? redirects) !== undefined),
  );
  const canDiffer = known.some(({ answers, shape }) => answers > 0 || shape !== undefined);
  return [
    ...answerObjectives.filter(({ metric }) => (metric === 'changed_answers' ? canChange : canDiffer)),
    ...(hasUnknownAnswers(state) ? [errorAnswersObjective] : []),
  ];
}

const saysSize = (bytes: ExpectedAnswers['bytes']) => bytes !== undefined && bytes.p90 > headerBytes;

export const answerObjectives: readonly Objective[] = [
  {
    id: 'other-answers',
    title: 'Answers unlike the recorded ones, worst route',
    gate: 'parity',
    metric: 'other_answers',
    statistic: 'value',
    comparison: '<=',
    target: 1,
    unit: '%',
    weight: 2,
    key: true,
    minimumSamples: 0,
  },
  {
    id: 'changed-answers',
    title: 'Answers that changed, worst route',
    gate: 'parity',
    metric: 'changed_answers',
    statistic: 'value',
    comparison: '<=',
    target: 1,
    unit: '%',
    weight: 1,
    key: true,
    minimumSamples: 0,
  },
];
