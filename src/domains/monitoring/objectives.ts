import type { Objective } from '../../model/verdict.ts';
import { validationObjectives } from './validation/judging.ts';

type Row = Pick<Objective, 'id' | 'title' | 'metric' | 'comparison' | 'target' | 'unit'> & Partial<Objective>;

function stability(row: Row): Objective {
  return { gate: 'stability', statistic: 'value', weight: 2, key: true, minimumSamples: 0, ...row };
}

const utilization = {
  gate: 'performance',
  metric: 'utilization',
  comparison: '<',
  unit: '%',
  weight: 1,
  key: true,
  minimumSamples: 0,
} as const;

/** What monitoring judges every load by, where the configuration has no table of its own. */
export const always: readonly Objective[] = [
  { ...utilization, id: 'utilization', title: 'Highest resource use, 95 % of the time', statistic: 'p95', target: 90 },
  // Some room for the error of a measurement: what is full reads 99 % as often as 100 %.
  { ...utilization, id: 'utilization-max', title: 'Highest resource use, at its peak', statistic: 'max', target: 98 },
  stability({
    id: 'health',
    title: 'Up, by health checks',
    metric: 'health_up',
    comparison: '>=',
    target: 99.9,
    unit: '%',
  }),
  stability({
    id: 'outage',
    title: 'Longest unplanned outage',
    metric: 'longest_outage',
    comparison: '<=',
    target: 10_000,
    unit: 'ms',
  }),
  stability({
    id: 'stable-time',
    title: 'Stable time',
    metric: 'stable_time',
    comparison: '>=',
    target: 24,
    unit: 'h',
    weight: 3,
  }),
  stability({ id: 'drift', title: 'Figures that drift', metric: 'drift', comparison: '=', target: 0, unit: 'count' }),
  stability({
    id: 'hidden-growth',
    title: 'Figures whose noise could hide growth',
    metric: 'hidden_growth',
    comparison: '=',
    target: 0,
    unit: 'count',
  }),
];

/** Of runs that watch anything of the target. */
export const ofWatched: readonly Objective[] = [
  stability({
    id: 'restarts',
    title: 'Unplanned restarts',
    metric: 'restarts',
    comparison: '=',
    target: 0,
    unit: 'count',
  }),
  stability({
    id: 'silent-series',
    title: 'Watched figures that went missing',
    metric: 'silent_series',
    comparison: '=',
    target: 0,
    unit: 'count',
    weight: 1,
  }),
];

/** Of runs that follow alerts. */
export const ofAlerts: readonly Objective[] = [
  stability({
    id: 'critical-alerts',
    title: 'Critical alerts',
    metric: 'critical_alerts',
    comparison: '=',
    target: 0,
    unit: 'count',
  }),
  stability({
    id: 'lesser-alerts',
    title: 'Alerts below critical',
    metric: 'lesser_alerts',
    comparison: '=',
    target: 0,
    unit: 'count',
    weight: 1,
    key: false,
  }),
];

/** Of runs that follow logs. */
export const ofLogs: readonly Objective[] = [
  // As few as requests may fail.
  stability({
    id: 'error-lines',
    title: 'Error lines in the logs',
    metric: 'error_lines',
    comparison: '<=',
    target: 0.1,
    unit: '%',
  }),
];

/** Of those with earlier runs whose logs were followed too. */
export const ofComparedLogs: readonly Objective[] = [
  stability({
    id: 'error-lines-before',
    title: 'Error lines against earlier runs',
    metric: 'error_lines_before',
    comparison: '<=',
    target: 2,
    unit: 'score',
  }),
];

/** Of those that are long enough to have first hours. */
export const ofLongLogs: readonly Objective[] = [
  stability({
    id: 'error-line-growth',
    title: 'Error lines against the first hours',
    metric: 'error_line_growth',
    comparison: '<=',
    target: 2,
    unit: 'score',
  }),
];

export const objectives: readonly Objective[] = [
  ...always,
  ...ofWatched,
  ...ofAlerts,
  ...ofLogs,
  ...ofComparedLogs,
  ...ofLongLogs,
  ...validationObjectives,
];
