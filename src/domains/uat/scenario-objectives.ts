import type { Objective } from '../../model/verdict.ts';

/** Judged where scenarios were run in browsers beside the load. */
export const scenarioObjectives: readonly Objective[] = [
  {
    id: 'scenarios',
    title: 'Business scenarios under load',
    gate: 'uat',
    metric: 'scenarios',
    statistic: 'value',
    comparison: '>=',
    target: 100,
    unit: '%',
    weight: 3,
    key: true,
    minimumSamples: 1,
  },
  {
    id: 'user-findings',
    title: 'Errors on the scenarios’ pages',
    gate: 'uat',
    metric: 'user_findings',
    statistic: 'value',
    comparison: '=',
    target: 0,
    unit: 'count',
    weight: 1,
    key: true,
    minimumSamples: 1,
  },
  {
    id: 'vitals',
    title: 'Web vitals over budget under load',
    gate: 'uat',
    metric: 'vitals_over',
    statistic: 'value',
    comparison: '=',
    target: 0,
    unit: 'count',
    weight: 1,
    key: true,
    minimumSamples: 1,
  },
  {
    id: 'browsers',
    title: 'Browsers not run',
    gate: 'uat',
    metric: 'browsers_not_run',
    statistic: 'value',
    comparison: '=',
    target: 0,
    unit: 'count',
    weight: 1,
    key: true,
    minimumSamples: 0,
  },
];

/** Judged where scenarios were run and experiments too: what a fault does to them is the resilience gate's. */
export const faultScenarioObjectives: readonly Objective[] = [
  {
    id: 'fault-scenarios',
    title: 'Scenarios passed while a fault was on',
    gate: 'resilience',
    metric: 'fault_scenarios',
    statistic: 'value',
    comparison: '>=',
    target: 90,
    unit: '%',
    weight: 0.1,
    key: false,
    minimumSamples: 1,
  },
];
