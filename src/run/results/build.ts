import { join } from 'node:path';
import { browsersJudging, browsersOf, vitalObjectives } from '../../domains/browsers/public.ts';
import { capacityObjective, capacityObjectives, capacityOf } from '../../domains/capacity/public.ts';
import { chaosOf, faultBands } from '../../domains/chaos/results/build.ts';
import { endByGuard } from '../../domains/chaos/results/guard.ts';
import { journeyObjectives, journeysOf } from '../../domains/journeys/public.ts';
import {
  findRegression,
  measureRegression,
  notComparedLine,
  withChanges,
} from '../../domains/load/regression/regression.ts';
import { isJudged } from '../../domains/load/results/is-judged.ts';
import { type JudgedRun, judgedPart } from '../../domains/load/results/judged.ts';
import { figuresOf, type LatencyPlan, readLatencies } from '../../domains/load/results/latencies.ts';
import { measure, routeIndex } from '../../domains/load/results/measure.ts';
import {
  averageRate,
  busiestRoutes,
  generatorFigures,
  noEngine,
  noFidelity,
  noPlanOptions,
  noRecording,
  peakRate,
  requestTotals,
  routeResult,
} from '../../domains/load/results/parts.ts';
import {
  markBands,
  rounded,
  timelineBands,
  timelinePoints,
  windowsPerPoint,
} from '../../domains/load/results/timeline.ts';
import { judgeable } from '../../domains/monitoring/results/utilization.ts';
import { askedDrift } from '../../domains/monitoring/stability/asked.ts';
import { ownGrowth, resourcesOf, stabilityOf } from '../../domains/monitoring/stability/build.ts';
import { scenariosOf } from '../../domains/uat/results/build.ts';
import { roundBands } from '../../domains/uat/results/sums.ts';
import { feedbackOf } from '../../domains/uat/run/feedback.ts';
import { faultScenarioObjectives, scenarioObjectives } from '../../domains/uat/scenario-objectives.ts';
import { chosenBaselines } from '../../evidence/baselines.ts';
import { evaluateGates } from '../../gate/gates.ts';
import { judgeAll } from '../../gate/judge.ts';
import { chaosObjectives, ledgerObjectives, regressionObjective, resolveObjectives } from '../../gate/objectives.ts';
import { headline, missingEvidence, overallVerdict, type RunOutcome } from '../../gate/overall.ts';
import type { FlatResults } from '../../model/results.ts';
import { type GateId, type Objective, readinessWord } from '../../model/verdict.ts';
import { apdex } from '../../stats/apdex.ts';
import { foldJournal, type RunRecord } from './fold.ts';
import { judgeSettings } from './settings.ts';

const latencyTargetsMs = { strict: 100, standard: 200 };
const errorGroupsShown = 20;
/** Gates that a simulation has evidence for. */
const judgedGates: readonly GateId[] = ['performance', 'stability', 'parity'];

/**
 * Folds a run's journal and window histograms into its results; the same folder gives the same results, byte for byte. A run that was cut
 * off gives what it measured. Windows in which the generator was the bottleneck are counted and shown, but not judged by.
 * @param runFolder holds `journal.ndjson` and `windows/response.hlog` and `service.hlog`
 * @throws ShakedownError RUN_NOT_FOUND, RUN_JOURNAL
 */
export async function buildResults(runFolder: string): Promise<FlatResults> {
  const record = await foldJournal(join(runFolder, 'journal.ndjson'));
  await endByGuard(join(runFolder, 'evidence', 'chaos'), record);
  const judged = judgedPart(record);
  const settings = judgeSettings(record.started.config);
  // A search for capacity has no rate of its own to be compared at.
  const chosen = record.capacity === null ? await chosenBaselines(runFolder) : null;
  const journeyTable = journeyObjectives(record.sessions.planned?.settings.journeys ?? []);
  const table = resolveObjectives(settings.objectives, settings.maxVoidShare, [
    ...(chosen?.notCompared === null ? [regressionObjective] : []),
    ...(record.chaos.any ? chaosObjectives : []),
    ...(record.chaos.ledgers.length > 0 ? ledgerObjectives : []),
    ...(record.browsers.setup === null ? [] : vitalObjectives(settings.browserBudgets)),
    ...(record.uat.any ? scenarioObjectives : []),
    ...(record.uat.any && record.chaos.any ? faultScenarioObjectives : []),
  ]).concat(journeyTable);
  const capacity = record.capacity === null ? null : capacityOf({ ...record.capacity, isSearch: true }, table);
  const first =
    capacity === null
      ? judgeable(table, settings.objectives, record.watched)
      : {
          objectives: capacityObjectives(
            resolveObjectives(settings.objectives, settings.maxVoidShare, [capacityObjective]),
          ),
          missing: [],
        };
  const margin = first.objectives.find(({ metric }) => metric === 'regression') ?? regressionObjective;
  const regression = chosen === null ? null : await findRegression(runFolder, record, chosen, margin.target);
  const routes = busiestRoutes(record);
  const perPoint = windowsPerPoint(record.windows);
  const plan = latencyPlan(record, judged, routes.shown, first.objectives, perPoint);
  const warn = (message: string) => void record.warnings.push(message);
  const response = await readLatencies(runFolder, 'response', plan, true, warn);
  const service = await readLatencies(runFolder, 'service', plan, false, warn);

  const chaos = await chaosOf(runFolder, record, first.objectives, latencyTargetsMs.standard);
  const scenarios = scenariosOf(runFolder, record);
  const stability = stabilityOf(record, judged, first.objectives);
  const asked = askedDrift(first.objectives, settings.objectives, stability.trends);
  const { objectives } = asked;
  const missing = [...first.missing, ...asked.missing];
  for (const sentence of ownGrowth(stability)) warn(sentence);

  const areVitalsJudged = objectives.some(({ metric }) => metric === 'web_vital');
  const browsers = browsersOf(record.browsers, settings.vitalBudgets, areVitalsJudged);
  const visits = browsers?.visits ?? null;
  const visitedVitals = browsers?.vitals ?? [];
  const facts = { ...record, judged, folder: runFolder, spans: [], isSearch: record.capacity !== null };

  const run = {
    record,
    judged,
    response,
    service,
    trends: stability.trends,
    apdexThresholdMs: settings.apdexThresholdMs,
    capacity,
    chaos,
    scenarios,
    journeys: journeysOf(record.sessions, facts, settings.apdexThresholdMs),
  };
  const measured = (objective: Objective) =>
    objective.metric === 'regression' && regression?.notCompared === null
      ? measureRegression(regression)
      : measure(run, objective);
  const judgedAll = judgeAll(objectives, measured, {
    voidShare: record.windows.length === 0 ? 0 : judged.voidWindows / record.windows.length,
    maxVoidShare: settings.maxVoidShare,
    plannedRatePerSecond: judged.plannedRatePerSecond,
  });
  const found = withChanges(judgedAll, regression);
  const engine = record.engine ?? { ...noEngine, windowMs: 0, virtualUsers: 0 };
  const requests = requestTotals(record);
  // How long a search for capacity takes, only its end tells.
  const plannedMs = capacity === null ? record.started.durationMs : judged.coveredMs;
  const outcome: RunOutcome = {
    gates: evaluateGates(found, capacity === null ? gatesOf(record) : ['scalability']),
    objectives: found,
    engine,
    interrupted: record.interrupted,
    coveredMs: judged.coveredMs,
    plannedMs,
    requests,
    mainError: record.errors.main(),
  };
  const verdict = overallVerdict(outcome);
  const feedback = feedbackOf(runFolder, record.started.config);
  const plannedRoutes = record.plan?.plan.routes ?? [];
  const errors = record.errors.groups(plannedRoutes, errorGroupsShown);
  const score = apdex(response.all.whole, settings.apdexThresholdMs, judged.counts);
  const { started } = record;

  return {
    format: 'shakedown.results/1',
    run: {
      id: started.runId,
      command: started.command,
      startedAt: started.time,
      loadStartedAt: record.loadStartedAt,
      endedAt: record.endedAt,
      plannedMs,
      coveredMs: judged.coveredMs,
      interrupted: record.interrupted,
    },
    candidate: started.candidate,
    environment: started.environment,
    verdict,
    word: readinessWord[verdict],
    sentence: headline(verdict, outcome),
    missing: [
      ...missingEvidence(outcome),
      ...missing,
      ...(browsersJudging.missing?.(record.browsers, browsers, facts) ?? []),
      ...(capacity !== null || chosen?.notCompared === null ? [] : [notComparedLine(chosen)]),
    ],
    gates: [...outcome.gates],
    objectives: found,
    latencyTargetsMs,
    response: figuresOf(response.all.whole),
    service: figuresOf(service.all.whole),
    apdex: score === null ? null : { score: rounded(score), thresholdMs: settings.apdexThresholdMs },
    requests,
    averageRatePerSecond: averageRate(judged),
    peakRatePerSecond: peakRate(judged),
    routes: routes.shown.map((index) => routeResult(record, index, response, service)),
    routesLeftOut: routes.leftOut,
    timeline: {
      bucketMs: perPoint * plan.windowMs,
      points: timelinePoints(record.windows, perPoint, plan.windowMs, response.points),
      bands: [
        ...timelineBands(record.windows, record.parts, plannedMs, (perPoint - 1) * plan.windowMs),
        ...markBands(record.watched.marks),
        ...(chaos === null ? [] : faultBands(chaos, judged.endMs)),
        ...(scenarios === null ? [] : roundBands(scenarios.uat, judged.endMs)),
      ],
    },
    errors: errors.groups,
    errorsLeftOut: errors.leftOut,
    fidelity: record.fidelity ?? noFidelity(requests, record.windows),
    generator: generatorFigures(record, judged),
    plan: {
      options: record.plan?.plan.options ?? { ...noPlanOptions, durationMs: started.durationMs },
      scheduleSha256: record.plan?.plan.scheduleSha256 ?? '',
      sessions: record.plan?.plan.sessions ?? 0,
      requests: record.plan?.plan.requests ?? 0,
      leftOut: record.plan?.plan.leftOut ?? [],
    },
    recording: record.plan?.recording ?? noRecording,
    engine: {
      name: engine.name,
      version: engine.version,
      build: engine.build,
      certifiable: engine.certifiable,
      note: engine.note,
    },
    programs: started.programs,
    host: started.host,
    warnings: record.warnings,
    // Steps of different rates have no trend.
    ...(capacity === null ? { stability } : { capacity }),
    resources: resourcesOf(record),
    ...(regression === null ? {} : { regression }),
    ...(chaos === null ? {} : { chaos }),
    ...(run.journeys === null ? {} : { journeys: run.journeys }),
    ...(visits === null ? {} : { browserVisits: visits }),
    ...(scenarios === null ? {} : { uat: scenarios.uat }),
    ...(visits === null && scenarios === null ? {} : { vitals: [...visitedVitals, ...(scenarios?.vitals ?? [])] }),
    ...(feedback.all.answers === 0 ? {} : { feedback }),
  };
}

function gatesOf({ chaos, uat }: RunRecord): GateId[] {
  return [
    ...judgedGates,
    ...(chaos.any ? (['resilience'] as const) : []),
    ...(chaos.ledgers.length > 0 ? (['integrity'] as const) : []),
    ...(uat.any ? (['uat'] as const) : []),
  ];
}

function latencyPlan(
  record: RunRecord,
  judged: JudgedRun,
  routes: readonly number[],
  objectives: readonly Objective[],
  perPoint: number,
): LatencyPlan {
  const placeOf = new Map<number, number>();
  let place = 0;
  for (const window of record.windows) placeOf.set(window.index, isJudged(window) ? place++ : -1);
  const judgedRoutes = new Set<number>();
  for (const { route } of objectives) if (route !== undefined) judgedRoutes.add(routeIndex({ record }, route));
  return {
    windowMs: record.engine?.windowMs ?? record.windows[0]?.durationMs ?? 1000,
    placeOf,
    judgedWindows: judged.windows.length,
    routes: new Set([...routes, ...judgedRoutes]),
    judgedRoutes,
    pointOf: (index) => Math.floor(index / perPoint),
  };
}
