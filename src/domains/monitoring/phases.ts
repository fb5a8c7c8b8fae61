import type { Phase } from '../phase.ts';

const minuteMs = 60_000;
const health = { pass: 'healthy', fail: 'unhealthy', inconclusive: 'unknown' } as const;

/** That the monitoring stack is there and answers: whether it would report trouble is asked when the load is over. */
const stack: Phase = {
  id: 'monitoring-stack',
  title: 'Monitoring stack',
  role: 'monitoring-specialist',
  listens: ['staging/monitoring_requested'],
  emits: ['staging/health_check_needed'],
  reads: ['deployment_status'],
  writes: ['monitoring_configured'],
  gates: [],
  partOf: 'monitoring',
  deadlineMs: () => 20 * minuteMs,
  does: { kind: 'command', words: () => ['validate', 'monitoring', '--only', 'metrics,rules'] },
  state: ({ verdict, sentence }) => ({ monitoring_configured: { configured: verdict === 'pass', verdict, sentence } }),
};

const monitoring: Phase = {
  id: 'monitoring',
  title: 'Validation of the monitoring',
  role: 'monitoring-specialist',
  listens: ['staging/health_check_needed'],
  emits: [],
  reads: ['monitoring_configured'],
  writes: ['health_status'],
  after: ['rehearsal'],
  gates: ['monitoring'],
  deadlineMs: () => 90 * minuteMs,
  does: {
    kind: 'command',
    // Faults are planted in a system that is the user's own to prove the rules, and people are paged: somebody has to ask for it.
    words: ({ config: { stage } }) => [
      ...['validate', 'monitoring'],
      ...(stage.monitoring.productionRules ? ['--production-rules'] : []),
      ...(stage.monitoring.pageReal ? ['--page-real'] : []),
    ],
  },
  state: ({ verdict, sentence }) => ({ health_status: { status: health[verdict], sentence } }),
};

export const phases: readonly Phase[] = [stack, monitoring];
