import type { OptionDeclaration } from '../command.ts';
import type { Domain } from '../domain.ts';
import { counts, durationMs } from '../option-values.ts';
import type {} from './section.ts';

const options: readonly OptionDeclaration[] = [
  {
    flags: '--find-capacity',
    help: 'find the highest rate at which the objectives hold, from --rate upwards',
    conflicts: [
      { with: ['resume'], why: 'an interrupted search has to start again' },
      {
        with: ['uat', 'browserVus', 'chaos'],
        why: 'each would distort what a step is judged by; find the rate first, then use it with --rate',
      },
      {
        with: ['duration', 'window', 'parallelism'],
        why: 'the search goes up in steps of the length given by --step, with one generator and windows of one second',
      },
    ],
  },
  {
    flags: '--step <time>',
    help: 'length of a step of --find-capacity (default: 20s)',
    parse: durationMs,
    needs: 'findCapacity',
  },
  {
    flags: '--instances <counts>',
    help: 'with --find-capacity: also at these counts of instances, such as 1,2,4,8',
    parse: counts,
    needs: 'findCapacity',
  },
];

/** How much load the target can take: a search for the highest rate that it sustains. */
export const capacity: Domain = {
  id: 'capacity',
  gates: [{ id: 'scalability', title: 'Scalability' }],
  options,
  judging: async () => (await import('./judging.ts')).judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
  phases: async () => (await import('./phases.ts')).phases,
};

/** Looks for the capacity in place of a replay. */
export async function capacitySearch() {
  return (await import('./find.ts')).searchRun;
}
