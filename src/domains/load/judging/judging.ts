import { z } from 'zod';
import { holds } from '../../../gate/comparison.ts';
import { isOfAll } from '../../../gate/objectives.ts';
import { hasLoad } from '../../../model/run-facts.ts';
import { apdex } from '../../../stats/apdex.ts';
import { LatencyHistogram } from '../../../stats/histogram.ts';
import { thousandths } from '../../../stats/rounding.ts';
import { figureOf } from '../../../stats/statistic.ts';
import type { JudgeContext, Judging } from '../../domain.ts';
import { savedHonesty, settingsOf } from '../../settings.ts';
import { busiestRoutes } from '../busiest-routes.ts';
import { events } from '../events.ts';
import { type ChosenBaselines, chosenBaselines, withBaselineAnswers } from '../regression/baselines.ts';
import { comparedMeasurements } from '../regression/compared-with.ts';
import { withChanges } from '../regression/objective.ts';
import { findRegression, notComparedLine } from '../regression/regression.ts';
import type { InvalidFigures, LoadSection, Reconciliation } from '../section.ts';
import { answerObjectives, comparedAnswerObjectives, hasAnswers } from './answers.ts';
import { answersResult } from './answers-result.ts';
import { timesGrid } from './by-part.ts';
import { disagreement, fallback, unreadable, writesCaveat, writesLeftOut } from './doubts.ts';
import { LoadFold } from './fold.ts';
import { failureOf } from './headline.ts';
import { isJudged } from './is-judged.ts';
import { judgedPart, windowLength } from './judged.ts';
import { figuresOf, type Latencies, type LatencyPlan, LatencySet, readLatencies } from './latencies.ts';
import { excusedByLeftOut, leftOutDoubts, refusedAfterLeftOut } from './left-out-logins.ts';
import { loginDoubts } from './logins.ts';
import { lostLines, lostRequests } from './lost.ts';
import { metrics } from './metrics.ts';
import { defaultObjectives, loadObjectives, regressionObjective } from './objectives.ts';
import { ownTargetsOf } from './own-targets.ts';
import {
  averageRate,
  generatorFigures,
  noEngine,
  noFidelity,
  noPlanOptions,
  noRecording,
  peakRate,
  requestTotals,
  routeResult,
} from './parts.ts';
import type { LoadState } from './reading.ts';
import { reconcile } from './reconcile.ts';
import { selectionsOf } from './selection.ts';
import { markBands, timelineBands, timelinePoints, windowsPerPoint } from './timeline.ts';
import { errorAnswersObjective } from './unknown-answers.ts';

const latencyTargetsMs = { strict: 100, standard: 200 };
const errorGroupsShown = 20;

/** What of the configuration judges a replay. */
const settings = z.object({
  apdexThresholdMs: z.number().positive().default(100),
  honesty: savedHonesty,
});

interface State extends LoadState {
  /** null: none were chosen when the run began. */
  chosen: ChosenBaselines | null;
  /** What was chosen cannot be read. */
  lostBaselines: boolean;
  /** null: a search for capacity, whose steps have no accounting together. */
  reconciliation: Reconciliation | null;
}

function noLatencies(): Latencies {
  return {
    all: new LatencySet(0),
    invalid: new LatencyHistogram(),
    routes: new Map(),
    selected: new Map(),
    parts: new Map(),
    worstMinute: null,
    points: new Map(),
  };
}

/** How a replay is judged: what was sent, how it was answered, how fast, and how like the recording it was. */
export const judging: Judging<State, LoadSection> = {
  events,
  metrics,
  allObjectives: [...defaultObjectives, ...answerObjectives, errorAnswersObjective, regressionObjective],
  begin: () => ({
    fold: new LoadFold(),
    response: noLatencies(),
    service: noLatencies(),
    apdexThresholdMs: 100,
    p95TargetMs: latencyTargetsMs.strict,
    throughputTarget: 1000,
    compared: new Map(),
    ownTargets: { times: new Set(), failures: new Set() },
    expected: [],
    chosen: null,
    lostBaselines: false,
    reconciliation: null,
  }),
  add: ({ fold }, event) => fold.add(event),
  instrument: ({ fold }, started, search) => {
    fold.windows.sort((a, b) => a.startMs - b.startMs);
    const { plan, engine, startedAt, parts, windows, routes, groups, health, ended } = fold;
    return {
      plan,
      engine,
      loadStartedAt: startedAt,
      parts,
      windows,
      routes,
      ...(groups.length === 0 ? {} : { groups }),
      health,
      ...(fold.learned === null ? {} : { learned: fold.learned.routes }),
      loadEnded: ended,
      fidelity: fold.fidelity(),
      judged: judgedPart({ windows, parts, search, plannedMs: started.durationMs }),
    };
  },
  async complete(state, facts) {
    // A search for capacity has no rate of its own to be compared at.
    if (!hasLoad(facts) || facts.isSearch) return;
    state.reconciliation = await reconcile(facts, state.fold);
    const chosen = await chosenBaselines(facts.folder);
    if (chosen === 'unreadable') state.lostBaselines = true;
    else state.chosen = chosen;
    const refused = refusedAfterLeftOut(state.fold.answers, facts);
    if (refused !== null) facts.excused = excusedByLeftOut(refused, facts, state.fold.answers);
    if (facts.plan !== null) state.expected = withBaselineAnswers(facts.plan.plan, chosen).routes;
  },
  objectives: (state, facts, config) => {
    if (!hasLoad(facts)) return [];
    const { maxInvalidShare } = settingsOf(settings, config).value.honesty;
    return [
      ...loadObjectives(maxInvalidShare),
      ...(facts.isSearch ? [] : comparedAnswerObjectives(state, facts)),
      ...(state.chosen?.notCompared === null ? [regressionObjective] : []),
    ];
  },
  select(_state, _section, choice) {
    // Late or not, what is answered is as slow as is allowed; unless that is said apart.
    const p99 = choice.objectives.find(({ id }) => id === 'response-p99')?.target;
    if (p99 === undefined || choice.isNamed('invalid-service')) return choice;
    return {
      ...choice,
      objectives: choice.objectives.map((one) => (one.id === 'invalid-service' ? { ...one, target: p99 } : one)),
    };
  },
  section: async (state, context) => (hasLoad(context.facts) ? await sectionOf(state, context) : null),
  gates: (_, facts) => (hasLoad(facts) && !facts.isSearch ? ['performance', 'stability', 'parity'] : []),
  doubts: ({ fold, lostBaselines, reconciliation }, section, facts) =>
    section === null
      ? []
      : [
          ...settingsOf(settings, facts.started.config).doubts,
          ...fallback(section),
          ...loginDoubts(section.logins ?? []),
          ...leftOutDoubts(fold.answers, facts),
          ...(lostBaselines ? [unreadable] : []),
          ...disagreement(reconciliation),
        ],
  missing: ({ chosen, lostBaselines }, section, facts) => {
    if (section === null || facts.isSearch) return [];
    const unseen = [...lostLines(section, facts), ...writesLeftOut(section), ...(section.answers?.notCompared ?? [])];
    if (lostBaselines) return unseen;
    const kept = [
      ...unseen,
      ...(chosen?.unreadable ?? []).map((name) => `Not compared with ${name}, which cannot be read as a baseline.`),
      ...(chosen?.pinnedElse === undefined ? [] : [`Not compared with the pinned run: ${chosen.pinnedElse}.`]),
    ];
    return chosen?.notCompared === null ? kept : [...kept, notComparedLine(chosen)];
  },
  headline: failureOf,
  caveats: writesCaveat,
  annotate: ({ regression }, results) => withChanges(results, regression ?? null),
  timeline: ({ response }, facts) => {
    const perPoint = windowsPerPoint(facts.windows);
    const windowMs = windowLength(facts);
    return {
      bucketMs: perPoint * windowMs,
      points: timelinePoints(facts.windows, perPoint, windowMs, response.points),
    };
  },
  bands: ({ fold }, _section, { windows, parts, plannedMs, marks, ...facts }, bucketMs) => [
    ...timelineBands(windows, parts, plannedMs, bucketMs - windowLength({ ...facts, windows }), fold.lost.list),
    ...markBands(marks),
  ],
};

async function sectionOf(state: State, context: JudgeContext): Promise<LoadSection> {
  const { facts, objectives, warn } = context;
  const { judged, folder } = facts;
  const { apdexThresholdMs } = settingsOf(settings, context.config).value;
  state.apdexThresholdMs = apdexThresholdMs;
  const whole = (metric: string, statistic: string) =>
    objectives.find((one) => one.metric === metric && one.statistic === statistic && isOfAll(one))?.target;
  state.p95TargetMs = whole('response_time', 'p95') ?? latencyTargetsMs.strict;
  state.throughputTarget = whole('throughput', 'value') ?? state.throughputTarget;
  state.ownTargets = ownTargetsOf(objectives, facts);
  const margin = objectives.find(({ metric }) => metric === 'regression') ?? regressionObjective;
  const regression = state.chosen === null ? null : await findRegression(facts, state.chosen, margin.target);
  state.compared = await comparedMeasurements(objectives, facts, state.chosen);
  const routes = busiestRoutes(facts);
  const plan = latencyPlan(context, routes.used);
  state.response = await readLatencies(folder, 'response', plan, true, warn);
  state.service = await readLatencies(folder, 'service', plan, false, warn);
  const { response, service } = state;
  const engine = facts.engine ?? { ...noEngine, windowMs: 0, virtualUsers: 0 };
  const requests = requestTotals(facts);
  const errors = state.fold.errors.groups(facts.plan?.plan.routes ?? [], errorGroupsShown);
  const score = apdex(response.all.whole, apdexThresholdMs, judged.counts);
  const planned = facts.plan?.plan;
  const logins = state.fold.logins.list();
  const lost = state.fold.lost.list;
  return {
    latencyTargetsMs,
    response: figuresOf(response.all.whole),
    service: figuresOf(service.all.whole),
    ...(response.invalid.count === 0 ? {} : { invalid: invalidFigures(objectives, response, service) }),
    apdex: score === null ? null : { score: thousandths(score), thresholdMs: apdexThresholdMs },
    requests,
    averageRatePerSecond: averageRate(judged),
    peakRatePerSecond: peakRate(judged),
    routes: routes.shown.map((index) => routeResult(facts, index, response, service)),
    routesLeftOut: routes.leftOut,
    errors: errors.groups,
    errorsLeftOut: errors.leftOut,
    mainError: state.fold.errors.main(facts.plan?.plan.routes ?? []),
    ...(hasAnswers(state.fold.answers, facts) ? { answers: answersResult(state, facts) } : {}),
    fidelity: facts.fidelity ?? noFidelity(requests, facts.windows),
    generator: generatorFigures(facts, judged),
    ...(lost.length === 0 ? {} : { lostGenerators: lost, lostRequests: lostRequests(lost, facts.windows) }),
    plan: {
      options: planned?.options ?? { ...noPlanOptions, durationMs: facts.started.durationMs },
      scheduleSha256: planned?.scheduleSha256 ?? '',
      sessions: planned?.sessions ?? 0,
      requests: planned?.requests ?? 0,
      leftOut: planned?.leftOut ?? [],
      ...(planned?.recorded === undefined ? {} : { recorded: planned.recorded }),
      ...(planned?.waits === undefined ? {} : { waits: planned.waits }),
      ...(planned?.bodies === undefined ? {} : { bodies: planned.bodies }),
      ...(planned?.login === undefined ? {} : { login: planned.login }),
    },
    ...(logins.length === 0 ? {} : { logins }),
    recording: facts.plan?.recording ?? noRecording,
    engine: {
      ...{ name: engine.name, version: engine.version, build: engine.build },
      ...{ certifiable: engine.certifiable, note: engine.note },
    },
    ...(state.reconciliation === null ? {} : { reconciliation: state.reconciliation }),
    ...(regression === null ? {} : { regression }),
  };
}

/** What was answered in invalid windows, and what each percentile that is judged would be with them. */
function invalidFigures(
  objectives: JudgeContext['objectives'],
  response: Latencies,
  service: Latencies,
): InvalidFigures {
  const together = new LatencyHistogram();
  together.add(response.all.whole);
  together.add(response.invalid);
  return {
    answers: response.invalid.count,
    response: figuresOf(response.invalid),
    service: figuresOf(service.invalid),
    withThem: objectives.flatMap((objective) => {
      const { id, title, metric, statistic, comparison, target, unit } = objective;
      // Shares are no times.
      const value =
        metric === 'response_time' && unit === 'ms' && isOfAll(objective) ? figureOf(together, statistic) : null;
      return value === null ? [] : [{ id, title, value, target, holds: holds(value, comparison, target) }];
    }),
  };
}

function latencyPlan({ facts, objectives }: JudgeContext, routes: readonly number[]): LatencyPlan {
  const placeOf = new Map<number, number>();
  let place = 0;
  for (const window of facts.windows) placeOf.set(window.index, isJudged(window) ? place++ : -1);
  const invalid = new Set(facts.windows.filter((window) => window.invalid !== null).map(({ index }) => index));
  const perPoint = windowsPerPoint(facts.windows);
  const selections = selectionsOf(facts, objectives);
  return {
    windowMs: windowLength(facts),
    placeOf,
    isInvalid: (index) => invalid.has(index),
    judgedWindows: facts.judged.windows.length,
    routes: new Set(routes),
    selections,
    grids: new Map(
      selections.flatMap((one) => {
        const grid = timesGrid(facts, one);
        return grid === null || typeof grid === 'string' ? [] : [[one.key, grid] as const];
      }),
    ),
    pointOf: (index) => Math.floor(index / perPoint),
  };
}
