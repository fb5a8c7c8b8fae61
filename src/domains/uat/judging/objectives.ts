import type { Objective } from '../../../model/verdict.ts';

const none = {
  gate: 'uat',
  statistic: 'value',
  comparison: '=',
  target: 0,
  unit: 'count',
  weight: 1,
  key: true,
} as const;

/** Judged where scenarios were run alone. What leaves them open, such as none that was run, the figures say themselves. */
export const acceptanceObjectives: readonly Objective[] = (
  [
    ['business-scenarios', 'Business scenarios', 'failed_scenarios'],
    ['steady-scenarios', 'Flaky scenarios', 'flaky_scenarios'],
    ['cross-browser', 'Cross-browser', 'missing_browsers'],
    ['accessibility', 'Automatic accessibility checks', 'violations'],
    ['user-experience', 'User experience', 'experience_findings'],
    ['perceived-performance', 'Perceived performance', 'slow_vitals'],
  ] as const
).map(([id, title, metric]) => ({ ...none, id, title, metric, minimumSamples: 0 }));

/** Judged there too, where the configuration sets it; by no run under load. */
export const satisfactionObjective: Objective = {
  id: 'satisfaction',
  title: 'Satisfaction',
  gate: 'uat',
  metric: 'satisfaction',
  statistic: 'mean',
  comparison: '>=',
  target: 4,
  unit: 'score',
  weight: 1,
  key: true,
  minimumSamples: 5,
};

/** Judged where scenarios were run in browsers beside the load. */
export const underLoadObjectives: readonly Objective[] = [
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
    ...none,
    id: 'user-findings',
    title: 'Errors on the scenarios’ pages',
    metric: 'user_findings',
    minimumSamples: 1,
  },
  { ...none, id: 'vitals', title: 'Web vitals over budget under load', metric: 'vitals_over', minimumSamples: 1 },
  { ...none, id: 'browsers', title: 'Browsers not run', metric: 'browsers_not_run', minimumSamples: 0 },
];

/** Judged where scenarios were run and faults too: what a fault does to them is the resilience gate's. */
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
