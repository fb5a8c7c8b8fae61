import type { Comparison, Interval, Metric, Verdict } from '../model/verdict.ts';

/** How figures of a metric become verdicts. */
export interface MetricRule {
  /** Figures that say nothing about the target when the load generator was the bottleneck. */
  spoiltByGenerator: boolean;
  /**
   * What a missed target means. Metrics of the evidence itself (fidelity, coverage, void windows) say how much the run can show, not how
   * good the candidate is: they make it inconclusive.
   */
  missed: Extract<Verdict, 'fail' | 'inconclusive'>;
  /** Where causes are told, lower ones come first: errors explain slowness and instability, not the other way round. */
  cause: number;
}

export const metricRules: Record<Metric, MetricRule> = {
  error_rate: { spoiltByGenerator: false, missed: 'fail', cause: 1 },
  availability: { spoiltByGenerator: false, missed: 'fail', cause: 2 },
  response_time: { spoiltByGenerator: true, missed: 'fail', cause: 3 },
  service_time: { spoiltByGenerator: true, missed: 'fail', cause: 4 },
  throughput: { spoiltByGenerator: true, missed: 'fail', cause: 5 },
  apdex: { spoiltByGenerator: true, missed: 'fail', cause: 6 },
  journey_completion: { spoiltByGenerator: true, missed: 'fail', cause: 6.9 },
  status_parity: { spoiltByGenerator: true, missed: 'fail', cause: 7 },
  void_windows: { spoiltByGenerator: false, missed: 'inconclusive', cause: 0 },
  fidelity: { spoiltByGenerator: false, missed: 'inconclusive', cause: 8 },
  coverage: { spoiltByGenerator: false, missed: 'inconclusive', cause: 9 },
  web_vital: { spoiltByGenerator: true, missed: 'fail', cause: 6.1 },
  drift: { spoiltByGenerator: true, missed: 'fail', cause: 6.2 },
  regression: { spoiltByGenerator: true, missed: 'fail', cause: 6.4 },
  utilization: { spoiltByGenerator: false, missed: 'fail', cause: 6.6 },
  capacity: { spoiltByGenerator: false, missed: 'fail', cause: 5.5 },
  satisfaction: { spoiltByGenerator: false, missed: 'fail', cause: 9.5 },
  harmed_writes: { spoiltByGenerator: false, missed: 'fail', cause: 0.5 },
  experiments: { spoiltByGenerator: false, missed: 'fail', cause: 7.2 },
  recovery: { spoiltByGenerator: false, missed: 'fail', cause: 7.4 },
  fault_errors: { spoiltByGenerator: false, missed: 'fail', cause: 7.6 },
  scenarios: { spoiltByGenerator: false, missed: 'fail', cause: 0.7 },
  user_findings: { spoiltByGenerator: false, missed: 'fail', cause: 5.7 },
  vitals_over: { spoiltByGenerator: false, missed: 'fail', cause: 5.8 },
  browsers_not_run: { spoiltByGenerator: false, missed: 'inconclusive', cause: 9.5 },
  fault_scenarios: { spoiltByGenerator: false, missed: 'fail', cause: 7.8 },
  stable_time: { spoiltByGenerator: false, missed: 'fail', cause: 10 },
};

const holdsFor: Record<Comparison, (value: number, target: number) => boolean> = {
  '<': (value, target) => value < target,
  '<=': (value, target) => value <= target,
  '>': (value, target) => value > target,
  '>=': (value, target) => value >= target,
  '=': (value, target) => value === target,
};

export function holds(value: number, comparison: Comparison, target: number): boolean {
  return holdsFor[comparison](value, target);
}

/** Where an interval lies: wholly `right`, wholly `wrong`, or on both sides. */
export function sideOf(interval: Interval, comparison: Comparison, target: number): 'right' | 'wrong' | 'both' {
  const low = holds(interval.low, comparison, target);
  const high = holds(interval.high, comparison, target);
  if (low && high) return 'right';
  // An interval around a target that must be met exactly has both its ends off the target.
  if (low || high || (comparison === '=' && interval.low < target && target < interval.high)) return 'both';
  return 'wrong';
}
