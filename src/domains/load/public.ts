/** For the runs that send a load: what sends it, how it is measured, and what is recorded of it. */
export { type ChosenEngine, chooseEngine } from './choose-engine.ts';
/** For a search, whose steps are held against them, and for the live view. */
export { loadObjectives } from './judging/objectives.ts';
/** Passing runs that later ones are compared with. */
export { addBaseline, chooseBaselines, listBaselines } from './judging/regression/baseline.ts';
export { type LoadProgress, recordIn } from './record.ts';
export { recordEnd, replay } from './replay.ts';
export { virtualUsers, windowLengthMs } from './sizing.ts';
export { startTokens } from './token.ts';
