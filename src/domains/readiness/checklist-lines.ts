/** What a line of the checklist rests on: objectives, gates and parts of the runs that count, or of this run. */
export interface Line {
  readonly id: string;
  readonly box: 'Stability' | 'Performance' | 'Security' | 'Functionality' | 'Decision';
  /** As the scenario has it. */
  readonly title: string;
  /** Ids of objectives that all have to be there, and to pass. */
  readonly objectives?: readonly string[];
  /** Ids of objectives that have to pass where a run was judged by them. */
  readonly also?: readonly string[];
  /** Ids of objectives of which at least one has to be there; all that are have to pass. */
  readonly some?: readonly string[];
  /** Ids of gates, as this run has judged them. */
  readonly gates?: readonly string[];
  /** Parts of runs that count: `functional.unit`; `functional.*` is every part of the domain. */
  readonly parts?: readonly string[];
  /** Parts of this very run: `readiness.approval`. */
  readonly own?: readonly string[];
  /** A figure that the checklist has its own target for. */
  readonly figure?: 'stable-hours' | 'availability';
  /** All lines before it, and every gate of the policy but its own two. */
  readonly isAll?: true;
}

/** The four boxes of the scenario and its decision, line by line. */
export const lines: readonly Line[] = [
  {
    id: 'stable',
    box: 'Stability',
    title: '48 hours stable',
    figure: 'stable-hours',
    also: ['health', 'outage', 'restarts'],
  },
  { id: 'uptime', box: 'Stability', title: '99.95 % uptime', figure: 'availability' },
  {
    ...{ id: 'critical-errors', box: 'Stability', title: 'No critical errors' },
    // Where neither alerts nor logs are watched, errors are those that clients met.
    some: ['critical-alerts', 'error-lines', 'worst-minute-errors'],
    also: ['lesser-alerts', 'error-lines-before', 'error-line-growth'],
  },
  {
    ...{ id: 'consistent', box: 'Stability', title: 'Consistent performance' },
    objectives: ['steady-throughput', 'worst-minute-times'],
    also: ['drift', 'hidden-growth', 'silent-series', 'regression'],
  },
  {
    ...{ id: 'response-time', box: 'Performance', title: 'Response time targets' },
    objectives: ['response-p95', 'response-p99'],
    also: ['response-p50', 'slow-answers', 'route-times'],
  },
  { id: 'throughput', box: 'Performance', title: 'Throughput targets', objectives: ['throughput'] },
  {
    ...{ id: 'error-rate', box: 'Performance', title: 'Error rate threshold' },
    objectives: ['error-rate'],
    also: ['route-errors'],
  },
  {
    ...{ id: 'resources', box: 'Performance', title: 'Resource efficiency' },
    objectives: ['utilization', 'utilization-max'],
  },
  {
    ...{ id: 'vulnerabilities', box: 'Security', title: 'Vulnerability scan clean' },
    parts: ['security.dependencies', 'security.code'],
  },
  { id: 'penetration', box: 'Security', title: 'Penetration test passed', parts: ['security.dynamic'] },
  { id: 'compliance', box: 'Security', title: 'Compliance verified', gates: ['compliance'] },
  { id: 'security-gates', box: 'Security', title: 'Security gates passed', gates: ['security'] },
  {
    ...{ id: 'features', box: 'Functionality', title: 'All features working' },
    gates: ['functional'],
    parts: ['functional.*', 'regression.*'],
  },
  {
    ...{ id: 'integration', box: 'Functionality', title: 'Integration tests passed' },
    parts: ['functional.integration', 'integration.*'],
  },
  {
    id: 'acceptance',
    box: 'Functionality',
    title: 'User acceptance approved',
    gates: ['uat'],
    objectives: ['satisfaction'],
  },
  {
    ...{ id: 'critical-paths', box: 'Functionality', title: 'Critical paths validated' },
    objectives: ['business-scenarios'],
    parts: ['functional.smoke'],
  },
  { id: 'all', box: 'Decision', title: 'All checks passed', isAll: true },
  { id: 'approved', box: 'Decision', title: 'Stakeholder approved', own: ['readiness.approval'] },
  { id: 'plan', box: 'Decision', title: 'Deployment plan ready', own: ['promotion.plan'] },
  {
    ...{ id: 'rollback', box: 'Decision', title: 'Rollback plan tested' },
    parts: ['rehearsal.blue-green', 'rehearsal.migration'],
    gates: ['rehearsal'],
  },
];
