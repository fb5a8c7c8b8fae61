/** For the runs that send a load: what sends it, how it is measured, and what is recorded of it. */
export { type ChosenEngine, chooseEngine } from './choose-engine.ts';
export { clusterManifests } from './cluster.ts';
export { whyAborted } from './engine.ts';
export { type LoadProgress, recordIn } from './record.ts';
export { recordEnd, replay } from './replay.ts';
export { virtualUsers, windowLengthMs } from './sizing.ts';
export { startTokens } from './token.ts';
