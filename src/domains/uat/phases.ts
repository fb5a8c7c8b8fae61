import { type Phase, talliesOf } from '../phase.ts';

const minuteMs = 60_000;

const acceptance: Phase = {
  id: 'acceptance',
  title: 'User acceptance, every scenario',
  role: 'qa-tester',
  listens: ['staging/testing_requested'],
  emits: [],
  reads: ['integration_test_results'],
  writes: ['test_results', 'test_failures'],
  // Browsers take the machine that a load comes from.
  after: ['simulation', 'capacity'],
  gates: ['uat'],
  deadlineMs: () => 60 * minuteMs,
  does: { kind: 'command', words: () => ['uat', 'run', '--all-scenarios'] },
  state: ({ verdict, sentence, results }) => ({
    test_results: { verdict, sentence, ...talliesOf(results, ['uat']) },
    test_failures: (results?.objectives ?? [])
      .filter((each) => each.verdict === 'fail')
      .slice(0, 20)
      .map(({ reason }) => reason),
  }),
};

export const phases: readonly Phase[] = [acceptance];
