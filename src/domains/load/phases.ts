import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Phase, type PhaseContext, talliesOf } from '../phase.ts';

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
    words: (context) => [
      ...['simulate', '--duration', `${Math.round(context.durationMs / 1000)}s`],
      ...(hasFaults(context) ? ['--chaos'] : []),
      ...(hasScenarios(context) ? ['--uat'] : []),
    ],
  },
  state: ({ verdict, sentence, results }) => ({
    performance_results: { verdict, sentence, ...talliesOf(results, ['performance']) },
  }),
};

/** Without experiments the load is worth having all the same; the gates that they are evidence for stay open. */
function hasFaults({ config, folder }: PhaseContext): boolean {
  const places = ['plan.yaml', 'experiments'].map((name) => join(folder, 'chaos', name));
  return config.stage.simulation.faults && (config.target.sample !== null || places.some((place) => existsSync(place)));
}

function hasScenarios({ config }: PhaseContext): boolean {
  return config.stage.simulation.scenarios && existsSync(join(config.uat.folder, 'playwright.config.ts'));
}

export const phases: readonly Phase[] = [simulation];
