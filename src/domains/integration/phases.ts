import { type Phase, talliesOf } from '../phase.ts';

const minuteMs = 60_000;

/** Before the load: what breaks clients is found in a minute, and needs no hours of traffic. */
const integration: Phase = {
  id: 'integration',
  title: 'Contracts and external services',
  role: 'qa-tester',
  listens: ['staging/integration_testing_needed'],
  emits: ['staging/testing_requested', 'staging/performance_testing_needed'],
  reads: ['deployment_status'],
  writes: ['integration_test_results'],
  gates: [],
  partOf: 'functional',
  deadlineMs: () => 30 * minuteMs,
  does: { kind: 'command', words: () => ['validate', 'final', '--only', 'integration'] },
  state: ({ verdict, sentence, results }) => ({
    integration_test_results: { verdict, sentence, ...talliesOf(results, ['functional']) },
  }),
};

export const phases: readonly Phase[] = [integration];
