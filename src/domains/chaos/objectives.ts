import type { Objective } from '../../model/verdict.ts';

/** Judged where experiments were run. */
export const chaosObjectives: readonly Objective[] = [
  {
    id: 'experiments',
    title: 'Chaos experiments that held',
    gate: 'resilience',
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
    gate: 'resilience',
    metric: 'recovery',
    statistic: 'max',
    comparison: '<=',
    target: 30_000,
    unit: 'ms',
    weight: 3,
    key: true,
    minimumSamples: 1,
  },
];

/** Judged where a fault leaves some of the users alone. */
export const othersObjectives: readonly Objective[] = [
  {
    id: 'fault-errors',
    title: 'Requests failed under a fault, of other users',
    gate: 'resilience',
    metric: 'fault_errors',
    statistic: 'max',
    comparison: '<=',
    target: 5,
    unit: '%',
    weight: 2,
    key: true,
    minimumSamples: 100,
  },
  {
    id: 'fault-response',
    title: 'Response time p95 under a fault, of other users',
    gate: 'resilience',
    metric: 'fault_response',
    statistic: 'max',
    comparison: '<',
    target: 200,
    unit: 'ms',
    weight: 2,
    key: true,
    minimumSamples: 100,
  },
];

/** Judged where acknowledged writes were followed. */
export const ledgerObjectives: readonly Objective[] = [
  {
    id: 'harmed-writes',
    title: 'Acknowledged writes lost or harmed',
    gate: 'integrity',
    metric: 'harmed_writes',
    statistic: 'value',
    comparison: '=',
    target: 0,
    unit: 'count',
    weight: 1,
    key: true,
    minimumSamples: 50,
  },
];
