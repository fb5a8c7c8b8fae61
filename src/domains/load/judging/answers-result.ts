import { grouped } from '../../../gate/words.ts';
import type { AnswersResult, RouteAnswers } from '../../../model/answers.ts';
import type { PlannedRoute } from '../../../model/plan.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { AnswerFold, AnswerTally } from './answer-fold.ts';
import { answersAtLeast } from './answers.ts';
import { type LoadState, routeName } from './reading.ts';

const routesShown = 50;

export function answersResult({ fold: { answers: fold }, expected }: LoadState, facts: RunFacts): AnswersResult {
  const unlike = ({ otherType, emptied, otherShape, changed }: AnswerTally) =>
    otherType + emptied + otherShape + changed;
  const otherStatus = ({ statuses }: AnswerTally) =>
    [...statuses.values()].reduce(
      (sum, { recorded, got, count }) => sum + (recorded > 0 && recorded !== got ? count : 0),
      0,
    );
  const routes = fold.routes
    .flatMap((tally, route) =>
      tally === undefined ? [] : [{ tally, route, differs: unlike(tally) + otherStatus(tally) }],
    )
    .sort((a, b) => b.differs - a.differs || b.tally.answered - a.tally.answered);
  const sum = (key: 'compared' | 'shaped') => routes.reduce((all, { tally }) => all + tally[key], 0);
  return {
    routes: routes.slice(0, routesShown).map(({ tally, route }): RouteAnswers => {
      const { compared, otherType, emptied, shaped, otherShape, changed } = tally;
      return {
        route: routeName(facts, route),
        statuses: [...tally.statuses.values()].sort((a, b) => b.count - a.count).slice(0, 20),
        ...{ compared, otherType, emptied, shaped, otherShape, changed },
        bytes: { recorded: expected[route]?.answers?.bytes?.p50 ?? null, got: tally.bytes },
        example: [...tally.examples.values()][0] ?? null,
      };
    }),
    routesLeftOut: Math.max(0, routes.length - routesShown),
    answers: fold.counted,
    compared: sum('compared'),
    shaped: sum('shaped'),
    notCompared: [...notCompared(fold, expected, facts), ...redirects(fold, expected, facts)],
  };
}

/** Where the recording does not say where redirects lead, a recorded one and one of now are alike by their status. */
function redirects(
  { routes }: AnswerFold,
  expected: readonly PlannedRoute[],
  { engine }: Pick<RunFacts, 'engine'>,
): string[] {
  const isCompared = (route: number) =>
    engine?.build === 'shakedown' && expected[route]?.answers?.redirects !== undefined;
  const statuses = routes.flatMap((tally, route) =>
    tally === undefined || isCompared(route) ? [] : [...tally.statuses.values()],
  );
  const many = statuses.reduce((sum, { got, count }) => sum + (got >= 300 && got < 400 && got !== 304 ? count : 0), 0);
  if (many === 0) return [];
  return [
    `Where ${grouped(many)} ${many === 1 ? 'redirect leads' : 'redirects lead'} was not compared: only their status was.`,
  ];
}

const later =
  'Once a run passes, later ones are compared with its answers: look at some first (`shakedown baseline remove <run>`).';

/** What was not compared, and why. */
function notCompared(
  fold: AnswerFold,
  routes: readonly PlannedRoute[],
  { engine }: Pick<RunFacts, 'engine'>,
): string[] {
  const shapes = routes.filter(({ answers }) => answers?.shape !== undefined).length;
  const known = routes.filter(
    ({ answers }) => answers !== undefined && (answers.answers > 0 || answers.shape !== undefined),
  ).length;
  if (routes.length === 0) return [];
  if (engine !== null && engine.build !== 'shakedown') {
    const rest = known === 0 ? 'Only statuses were' : 'Content types were, where they are recorded';
    return [`What is in the answers was not compared: only the k6 with Shakedown’s module does so. ${rest}.`];
  }
  if (known === 0)
    return [
      `Answers were compared by their status only: the recording has no types, bodies or sizes of them. ${later}`,
    ];
  if (shapes === 0)
    return [
      `Answers were compared by status, type and size only: the recording has no bodies, or too few of each route. ${later}`,
    ];
  const unread = routes.filter(
    ({ answers }, i) => answers?.shape !== undefined && (fold.routes[i]?.shaped ?? 0) < answersAtLeast,
  );
  const rest = routes.length - shapes;
  const of = (many: number, why: string) =>
    many === 0
      ? []
      : [`What is in the answers was not compared for ${grouped(many)} of ${grouped(routes.length)} routes: ${why}.`];
  return [
    ...of(rest, 'too few of their bodies are recorded, or in a baseline'),
    ...of(unread.length, 'too few of their answers could be read'),
  ];
}
