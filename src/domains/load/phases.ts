import { type Phase, talliesOf } from '../phase.ts';

const gates = ['performance', 'stability', 'parity', 'resilience', 'integrity'] as const;
const minuteMs = 60_000;

/** One load run that faults and business scenarios share: what each does to the others is on one clock. */
const simulation: Phase = {
  id: 'simulation',
  title: 'Production simulation with faults and scenarios',
  role: 'qa-tester',
  listens: ['staging/testing_requested', 'staging/performance_testing_needed'],
  emits: ['staging/validation_requested'],
  reads: ['integration_test_results'],
  writes: ['performance_results'],
  gates,
  sendsLoad: true,
  // The load, what starts before it, and what it takes to judge and write it.
  deadlineMs: ({ durationMs }) => durationMs * 1.1 + 20 * minuteMs,
  does: {
    kind: 'command',
    words: ({ config, durationMs }) => [
      ...['simulate', '--duration', `${Math.round(durationMs / 1000)}s`],
      ...(config.stage.simulation.faults ? ['--chaos'] : []),
      ...(config.stage.simulation.scenarios ? ['--uat'] : []),
    ],
  },
  state: ({ verdict, sentence, results }) => ({
    performance_results: { verdict, sentence, ...talliesOf(results, ['performance']) },
  }),
};

export const phases: readonly Phase[] = [simulation];
