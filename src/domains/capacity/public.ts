/** A run of its own kind: in place of the replay. */
export { searchRun } from './find.ts';
/** So that a configuration can name it. */
export { capacityObjective } from './objectives.ts';
