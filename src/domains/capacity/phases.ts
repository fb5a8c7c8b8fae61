import type { Phase } from '../phase.ts';

const minuteMs = 60_000;

const capacity: Phase = {
  id: 'capacity',
  title: 'Search for the capacity',
  role: 'qa-tester',
  listens: ['staging/performance_testing_needed'],
  emits: [],
  reads: ['performance_results'],
  writes: [],
  gates: ['scalability'],
  sendsLoad: true,
  deadlineMs: () => 90 * minuteMs,
  does: {
    kind: 'command',
    words: ({ config: { stage } }) => [
      ...['simulate', '--find-capacity'],
      ...(stage.capacity.stepS === null ? [] : ['--step', `${stage.capacity.stepS}s`]),
      ...(stage.capacity.instances.length === 0 ? [] : ['--instances', stage.capacity.instances.join(',')]),
    ],
  },
  state: () => ({}),
};

export const phases: readonly Phase[] = [capacity];
