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
  {
    id: 'fault-errors',
    title: 'Requests failed while a fault was on',
    gate: 'resilience',
    metric: 'fault_errors',
    statistic: 'max',
    comparison: '<=',
    target: 5,
    unit: '%',
    weight: 0.5,
    key: false,
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
