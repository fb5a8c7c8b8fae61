import { satisfactionObjective } from '../domains/uat/satisfaction.ts';
import { faultScenarioObjectives, scenarioObjectives } from '../domains/uat/scenario-objectives.ts';
import type { Objective } from '../model/verdict.ts';
import { goodVitals } from '../model/vital.ts';

type Row = Omit<Objective, 'gate'>;

function gate(id: Objective['gate'], rows: Row[]): Objective[] {
  return rows.map((row) => ({ ...row, gate: id }));
}

/** The targets of a production simulation, where a configuration has none of its own. */
export const defaultObjectives: readonly Objective[] = [
  ...gate('performance', [
    {
      id: 'response-p50',
      title: 'Response time p50',
      metric: 'response_time',
      statistic: 'p50',
      comparison: '<',
      target: 100,
      unit: 'ms',
      weight: 1,
      key: false,
      minimumSamples: 100,
    },
    {
      id: 'response-p95',
      title: 'Response time p95',
      metric: 'response_time',
      statistic: 'p95',
      comparison: '<',
      target: 100,
      unit: 'ms',
      weight: 3,
      key: true,
      minimumSamples: 400,
    },
    {
      id: 'response-p99',
      title: 'Response time p99',
      metric: 'response_time',
      statistic: 'p99',
      comparison: '<',
      target: 200,
      unit: 'ms',
      weight: 3,
      key: true,
      minimumSamples: 1000,
    },
    {
      id: 'throughput',
      title: 'Throughput',
      metric: 'throughput',
      statistic: 'value',
      comparison: '>',
      target: 1000,
      unit: '/s',
      weight: 2,
      key: true,
      minimumSamples: 1000,
    },
    {
      id: 'error-rate',
      title: 'Errors',
      metric: 'error_rate',
      statistic: 'value',
      comparison: '<',
      target: 0.1,
      unit: '%',
      weight: 3,
      key: true,
      minimumSamples: 100,
    },
    {
      id: 'utilization',
      title: 'Resources within limits',
      metric: 'utilization',
      statistic: 'max',
      comparison: '<',
      target: 90,
      unit: '%',
      weight: 1,
      key: false,
      minimumSamples: 0,
    },
  ]),
  ...gate('stability', [
    {
      id: 'availability',
      title: 'Availability',
      metric: 'availability',
      statistic: 'value',
      comparison: '>=',
      target: 99.99,
      unit: '%',
      weight: 3,
      key: true,
      minimumSamples: 100,
    },
    {
      id: 'stable-time',
      title: 'Stable time',
      metric: 'stable_time',
      statistic: 'value',
      comparison: '>=',
      target: 24,
      unit: 'h',
      weight: 3,
      key: true,
      minimumSamples: 0,
    },
    {
      id: 'coverage',
      title: 'Share of the run that was measured',
      metric: 'coverage',
      statistic: 'value',
      comparison: '>=',
      target: 99,
      unit: '%',
      weight: 1,
      key: false,
      minimumSamples: 0,
    },
    {
      id: 'drift',
      title: 'Series that grow',
      metric: 'drift',
      statistic: 'value',
      comparison: '=',
      target: 0,
      unit: 'count',
      weight: 2,
      key: true,
      minimumSamples: 0,
    },
  ]),
  ...gate('parity', [
    {
      id: 'fidelity',
      title: 'Replay fidelity',
      metric: 'fidelity',
      statistic: 'value',
      comparison: '>=',
      target: 95,
      unit: 'score',
      weight: 4,
      key: true,
      minimumSamples: 100,
    },
    {
      id: 'status-parity',
      title: 'Answers with the recorded status',
      metric: 'status_parity',
      statistic: 'value',
      comparison: '>=',
      target: 99,
      unit: '%',
      weight: 2,
      key: true,
      minimumSamples: 100,
    },
    {
      id: 'void-windows',
      title: 'Windows void by the generator',
      metric: 'void_windows',
      statistic: 'value',
      comparison: '<=',
      target: 10,
      unit: '%',
      weight: 2,
      key: true,
      minimumSamples: 0,
    },
  ]),
];

/** What a run with --find-capacity is judged by; no other run has evidence for it. */
const capacityObjective: Objective = {
  id: 'capacity',
  title: 'Sustainable rate',
  gate: 'scalability',
  metric: 'capacity',
  statistic: 'value',
  comparison: '>',
  target: 1000,
  unit: '/s',
  weight: 1,
  key: true,
  minimumSamples: 0,
};

/** Judged where there are passing runs to compare with. */
export const regressionObjective: Objective = {
  id: 'regression',
  title: 'Slowdown against the last passing runs',
  gate: 'performance',
  metric: 'regression',
  statistic: 'value',
  comparison: '<=',
  target: 5,
  unit: '%',
  weight: 2,
  key: true,
  minimumSamples: 0,
};

/** Judged where experiments were run. */
export const chaosObjectives: readonly Objective[] = [
  ...gate('resilience', [
    {
      id: 'experiments',
      title: 'Chaos experiments that held',
      metric: 'experiments',
      statistic: 'value',
      comparison: '>=',
      target: 100,
      unit: '%',
      weight: 3,
      key: true,
      minimumSamples: 1,
    },
    {
      id: 'recovery',
      title: 'Recovery after a fault',
      metric: 'recovery',
      statistic: 'max',
      comparison: '<=',
      target: 30_000,
      unit: 'ms',
      weight: 3,
      key: true,
      minimumSamples: 1,
    },
    {
      id: 'fault-errors',
      title: 'Requests failed while a fault was on',
      metric: 'fault_errors',
      statistic: 'max',
      comparison: '<=',
      target: 5,
      unit: '%',
      weight: 0.5,
      key: false,
      minimumSamples: 100,
    },
  ]),
];

/** Judged where acknowledged writes were followed. */
export const ledgerObjectives: readonly Objective[] = gate('integrity', [
  {
    id: 'harmed-writes',
    title: 'Acknowledged writes lost or harmed',
    metric: 'harmed_writes',
    statistic: 'value',
    comparison: '=',
    target: 0,
    unit: 'count',
    weight: 1,
    key: true,
    minimumSamples: 50,
  },
]);

/** Every objective there is, so that a change to one that a run may not have evidence for is known all the same. */
export const allObjectives: readonly Objective[] = [
  ...defaultObjectives,
  capacityObjective,
  regressionObjective,
  ...chaosObjectives,
  ...ledgerObjectives,
  ...Object.keys(goodVitals).map((vital) => ({ ...capacityObjective, id: `vital-${vital.toLowerCase()}` })),
  ...scenarioObjectives,
  ...faultScenarioObjectives,
  satisfactionObjective,
];

export type ObjectiveChanges = Record<string, Partial<Objective>>;

/**
 * The table to judge by: a whole one of the user's own, or the default one with changes by id.
 * @param more default objectives of evidence that not every run has
 * @param maxVoidShare share of void windows the run may have (0 … 1); the default table's target follows it
 */
export function resolveObjectives(
  given: readonly Objective[] | ObjectiveChanges | null,
  maxVoidShare: number,
  more: readonly Objective[] = [],
): Objective[] {
  if (Array.isArray(given)) return [...given];
  const changes = new Map(Object.entries((given ?? {}) as ObjectiveChanges));
  return [...defaultObjectives, ...more].map((objective) => {
    const followed =
      objective.metric === 'void_windows'
        ? { ...objective, target: Number((maxVoidShare * 100).toPrecision(6)) }
        : objective;
    return { ...followed, ...changes.get(objective.id) };
  });
}
