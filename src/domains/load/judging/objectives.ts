import type { Objective } from '../../../model/verdict.ts';

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
      // Counted, not sampled: what is above the target passes however few requests it is made of.
      minimumSamples: 1,
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
      id: 'invalid-windows',
      title: 'Windows in which the generator was the bottleneck',
      metric: 'invalid_windows',
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

/** The default ones, with the share of invalid windows that the configuration allows (0 … 1). */
export function loadObjectives(maxInvalidShare: number): Objective[] {
  return defaultObjectives.map((objective) =>
    objective.metric === 'invalid_windows'
      ? { ...objective, target: Number((maxInvalidShare * 100).toPrecision(6)) }
      : objective,
  );
}
