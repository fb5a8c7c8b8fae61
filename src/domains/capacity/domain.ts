import type { OptionDeclaration } from '../command.ts';
import type { Domain } from '../domain.ts';
import { counts, durationMs } from '../option-values.ts';
import type {} from './section.ts';

const options: readonly OptionDeclaration[] = [
  {
    flags: '--find-capacity',
    help: 'look for the highest rate that holds the objectives, from --rate upwards',
    conflicts: [
      { with: ['resume'], why: 'a search that was cut off begins anew' },
      {
        with: ['uat', 'browserVus', 'chaos'],
        why: 'each would take from every step what the step is judged by; find the rate first, then run that with --rate',
      },
      {
        with: ['duration', 'window', 'parallelism'],
        why: 'it goes up step by step, each as long as --step says, from one generator and in windows of a second',
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

/** How much the target bears: a search for the highest rate that it sustains. */
export const capacity: Domain = {
  id: 'capacity',
  gates: [{ id: 'scalability', title: 'Scalability' }],
  options,
  judging: async () => (await import('./judging.ts')).judging,
  reporting: async () => (await import('./reporting.ts')).reporting,
};

/** Looks for the capacity in place of a replay. */
export async function capacitySearch() {
  return (await import('./find.ts')).searchRun;
}
