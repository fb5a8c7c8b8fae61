/** For who asks of a candidate which runs count: the gates that runs of other commands judge. */

/** For what people decide on: what changed is part of it. */
export { changesOf } from './candidate.ts';
export { earlierGates } from './gates.ts';
export { isOwnRun } from './own-run.ts';
