/** For who asks of a candidate which runs count: the gates that runs of other commands judge. */
export { earlierGates } from './gates.ts';
export { isOwnRun } from './own-run.ts';
