import type { Phase } from '../phase.ts';

const minuteMs = 60_000;
const status = {
  pass: 'staging_environment_ready',
  fail: 'staging_environment_differs',
  inconclusive: 'staging_environment_not_shown',
} as const;

const environment: Phase = {
  id: 'environment',
  title: 'Parity of the environment',
  role: 'environment-manager',
  listens: ['staging/environment_setup_requested'],
  emits: [],
  // What is deployed is compared, so it has to be there.
  reads: ['deployment_status'],
  writes: ['environment_status'],
  gates: ['parity'],
  deadlineMs: () => 20 * minuteMs,
  does: { kind: 'command', words: () => ['validate', 'final', '--only', 'parity'] },
  state: ({ verdict }) => ({ environment_status: status[verdict] }),
};

export const phases: readonly Phase[] = [environment];
