import type { Objective } from '../../model/verdict.ts';
import { partObjective } from '../part-objectives.ts';
import { rehearsals } from './rehearsals.ts';

/** Where the traffic goes in the end is a move as well. */
export const restoredObjective: Objective = partObjective('rehearsal', 'rehearsal', {
  id: 'restored',
  title: 'Traffic is where it was before',
});

/** One for each rehearsal: nothing of it failed. */
export const allObjectives: readonly Objective[] = [
  ...rehearsals.map((one) => partObjective('rehearsal', 'rehearsal', one)),
  restoredObjective,
];
