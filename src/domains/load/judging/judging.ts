import { z } from 'zod';
import { holds } from '../../../gate/comparison.ts';
import { briefly } from '../../../gate/overall.ts';
import { grouped, sentence } from '../../../gate/words.ts';
import { hasLoad, type RunFacts } from '../../../model/run-facts.ts';
import type { ObjectiveResult } from '../../../model/verdict.ts';
import { apdex } from '../../../stats/apdex.ts';
import { LatencyHistogram } from '../../../stats/histogram.ts';
import { thousandths } from '../../../stats/rounding.ts';
import type { Doubt, Headline, JudgeContext, Judging } from '../../domain.ts';
import { savedHonesty, settingsOf } from '../../settings.ts';
import { busiestRoutes } from '../busiest-routes.ts';
import { events } from '../events.ts';
import { type ChosenBaselines, chosenBaselines } from '../regression/baselines.ts';
import { withChanges } from '../regression/objective.ts';
import { findRegression, notComparedLine } from '../regression/regression.ts';
import type { InvalidFigures, LoadSection, Reconciliation } from '../section.ts';
import { LoadFold } from './fold.ts';
import { isJudged } from './is-judged.ts';
import { judgedPart } from './judged.ts';
import { figuresOf, type Latencies, type LatencyPlan, LatencySet, readLatencies } from './latencies.ts';
import { metrics } from './metrics.ts';
import { defaultObjectives, loadObjectives, regressionObjective } from './objectives.ts';
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
import { type LoadState, routeIndex } from './reading.ts';
import { reconcile } from './reconcile.ts';
import { markBands, timelineBands, timelinePoints, windowsPerPoint } from './timeline.ts';

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
    worstMinute: null,
    points: new Map(),
  };
}

/** How a replay is judged: what was sent, how it was answered, how fast, and how like the recording it was. */
export const judging: Judging<State, LoadSection> = {
  events,
  metrics,
  allObjectives: [...defaultObjectives, regressionObjective],
  begin: () => ({
    fold: new LoadFold(),
    response: noLatencies(),
    service: noLatencies(),
    apdexThresholdMs: 100,
    p95TargetMs: latencyTargetsMs.strict,
    throughputTarget: 1000,
    chosen: null,
    lostBaselines: false,
    reconciliation: null,
  }),
  add: ({ fold }, event) => fold.add(event),
  instrument: ({ fold }, started, search) => {
    fold.windows.sort((a, b) => a.startMs - b.startMs);
    const { plan, engine, startedAt, parts, windows, routes, health, ended } = fold;
    return {
      plan,
      engine,
      loadStartedAt: startedAt,
      parts,
      windows,
      routes,
      health,
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
  },
  objectives: ({ chosen }, facts, config) => {
    if (!hasLoad(facts)) return [];
    const { maxInvalidShare } = settingsOf(settings, config).value.honesty;
    return [...loadObjectives(maxInvalidShare), ...(chosen?.notCompared === null ? [regressionObjective] : [])];
  },
  section: async (state, context) => (hasLoad(context.facts) ? await sectionOf(state, context) : null),
  gates: (_, facts) => (hasLoad(facts) && !facts.isSearch ? ['performance', 'stability', 'parity'] : []),
  doubts: ({ lostBaselines, reconciliation }, section, { started }) =>
    section === null
      ? []
      : [
          ...settingsOf(settings, started.config).doubts,
          ...fallback(section),
          ...(lostBaselines ? [unreadable] : []),
          ...disagreement(reconciliation),
        ],
  missing: ({ chosen, lostBaselines }, section, facts) => {
    if (section === null || facts.isSearch || lostBaselines) return [];
    const kept = (chosen?.unreadable ?? []).map(
      (name) => `Not compared with ${name}, which cannot be read as a baseline.`,
    );
    return chosen?.notCompared === null ? kept : [...kept, notComparedLine(chosen)];
  },
  headline: failureOf,
  annotate: ({ regression }, results) => withChanges(results, regression ?? null),
  timeline: ({ response }, facts) => {
    const perPoint = windowsPerPoint(facts.windows);
    const windowMs = windowLength(facts);
    return {
      bucketMs: perPoint * windowMs,
      points: timelinePoints(facts.windows, perPoint, windowMs, response.points),
    };
  },
  bands: (_state, _section, { windows, parts, plannedMs, marks, ...facts }, bucketMs) => [
    ...timelineBands(windows, parts, plannedMs, bucketMs - windowLength({ ...facts, windows })),
    ...markBands(marks),
  ],
};

function windowLength({ engine, windows }: Pick<RunFacts, 'engine' | 'windows'>): number {
  return engine?.windowMs ?? windows[0]?.durationMs ?? 1000;
}

async function sectionOf(state: State, context: JudgeContext): Promise<LoadSection> {
  const { facts, objectives, warn } = context;
  const { judged, folder } = facts;
  const { apdexThresholdMs } = settingsOf(settings, context.config).value;
  state.apdexThresholdMs = apdexThresholdMs;
  const whole = (metric: string, statistic: string) =>
    objectives.find((one) => one.metric === metric && one.statistic === statistic && one.route === undefined)?.target;
  state.p95TargetMs = whole('response_time', 'p95') ?? latencyTargetsMs.strict;
  state.throughputTarget = whole('throughput', 'value') ?? state.throughputTarget;
  const margin = objectives.find(({ metric }) => metric === 'regression') ?? regressionObjective;
  const regression = state.chosen === null ? null : await findRegression(facts, state.chosen, margin.target);
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
    fidelity: facts.fidelity ?? noFidelity(requests, facts.windows),
    generator: generatorFigures(facts, judged),
    plan: {
      options: planned?.options ?? { ...noPlanOptions, durationMs: facts.started.durationMs },
      scheduleSha256: planned?.scheduleSha256 ?? '',
      sessions: planned?.sessions ?? 0,
      requests: planned?.requests ?? 0,
      leftOut: planned?.leftOut ?? [],
      ...(planned?.recorded === undefined ? {} : { recorded: planned.recorded }),
      ...(planned?.waits === undefined ? {} : { waits: planned.waits }),
    },
    recording: facts.plan?.recording ?? noRecording,
    engine: {
      name: engine.name,
      version: engine.version,
      build: engine.build,
      certifiable: engine.certifiable,
      note: engine.note,
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
  const figures = figuresOf(together);
  return {
    answers: response.invalid.count,
    response: figuresOf(response.invalid),
    service: figuresOf(service.invalid),
    withThem: objectives.flatMap(({ id, title, metric, route, statistic, comparison, target }) => {
      if (metric !== 'response_time' || route !== undefined || statistic === 'value') return [];
      const value = figures[statistic === 'p99.9' ? 'p999' : statistic];
      return value === null ? [] : [{ id, title, value, target, holds: holds(value, comparison, target) }];
    }),
  };
}

function latencyPlan({ facts, objectives }: JudgeContext, routes: readonly number[]): LatencyPlan {
  const placeOf = new Map<number, number>();
  let place = 0;
  for (const window of facts.windows) placeOf.set(window.index, isJudged(window) ? place++ : -1);
  const invalid = new Set(facts.windows.filter((window) => window.void !== null).map(({ index }) => index));
  const judgedRoutes = new Set<number>();
  for (const { route } of objectives) if (route !== undefined) judgedRoutes.add(routeIndex(facts, route));
  const perPoint = windowsPerPoint(facts.windows);
  return {
    windowMs: windowLength(facts),
    placeOf,
    isInvalid: (index) => invalid.has(index),
    judgedWindows: facts.judged.windows.length,
    routes: new Set([...routes, ...judgedRoutes]),
    judgedRoutes,
    pointOf: (index) => Math.floor(index / perPoint),
  };
}

const unreadable: Doubt = {
  clause: 'the baseline that it was to be compared with cannot be read',
  missing: 'Not compared with earlier runs: baseline.json, which was chosen when the run began, cannot be read.',
};

const differencesNamed = 3;

/** Evidence that says one thing here and another there shows neither. */
function disagreement(reconciliation: Reconciliation | null): Doubt[] {
  const [first] = reconciliation?.differences ?? [];
  if (reconciliation === null || first === undefined) return [];
  const { differences } = reconciliation;
  const named = differences.slice(0, differencesNamed).map(({ file, text }) => `in ${file}, ${text}`);
  const more = differences.length > differencesNamed ? `; and ${differences.length - differencesNamed} more` : '';
  return [
    {
      clause: `the evidence does not agree with itself (${first.file}: ${first.text})`,
      missing: `The evidence does not agree with itself: ${named.join('; ')}${more}.`,
    },
  ];
}

function fallback({ engine }: LoadSection): Doubt[] {
  if (engine.certifiable) return [];
  return [
    {
      clause: `the run was made on the fallback engine ${engine.name}, which cannot certify anything`,
      missing: `This run was made on the fallback engine ${engine.name}; it cannot certify anything.`,
    },
  ];
}

/** Errors explain slowness, so they are named with the most frequent of them. */
function failureOf({ requests, mainError }: LoadSection, main: ObjectiveResult): Headline | null {
  const error = mainError == null ? '' : `: ${mainError}`;
  const { completed, failed } = requests;
  if (completed === 0 && failed > 0)
    return { text: `The target answered none of ${grouped(failed)} requests correctly${error}.`, isWhole: true };
  const isOfErrors = ['error_rate', 'availability'].includes(main.objective.metric);
  return isOfErrors ? { text: `${sentence(briefly(main))}${error}.` } : null;
}
