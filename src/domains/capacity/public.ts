/** A run of its own kind: in place of the replay. */
export { searchRun } from './find.ts';
