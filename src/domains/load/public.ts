/** For the runs that send a load: what sends it, how it is measured, and what is recorded of it. */
export { type ChosenEngine, chooseEngine } from './choose-engine.ts';
export { clusterManifests } from './cluster.ts';
export { whyAborted } from './engine.ts';
/** For a search, whose steps are held against them, and for the live view. */
export { loadObjectives } from './judging/objectives.ts';
export { type LoadProgress, recordIn } from './record.ts';
/** For runs that are kept, to compare later ones with. */
export { addBaseline, chooseBaselines, listBaselines } from './regression/baselines.ts';
export { recordEnd, replay } from './replay.ts';
export { virtualUsers, windowLengthMs } from './sizing.ts';
export { startTokens } from './token.ts';
