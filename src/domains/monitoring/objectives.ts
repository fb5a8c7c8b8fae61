import type { Objective } from '../../model/verdict.ts';

/** What monitoring judges a run by, where the configuration has no table of its own. */
export const objectives: readonly Objective[] = [
  {
    id: 'utilization',
    title: 'Resources within limits',
    gate: 'performance',
    metric: 'utilization',
    statistic: 'max',
    comparison: '<',
    target: 90,
    unit: '%',
    weight: 1,
    key: false,
    minimumSamples: 0,
  },
  {
    id: 'drift',
    title: 'Drift',
    gate: 'stability',
    metric: 'drift',
    statistic: 'value',
    comparison: '=',
    target: 0,
    unit: 'count',
    weight: 2,
    key: true,
    minimumSamples: 0,
  },
];
