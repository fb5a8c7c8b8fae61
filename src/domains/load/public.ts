/** For the runs that send a load: what sends it, how it is measured, and what is recorded of it. */
export { chooseEngine } from './choose-engine.ts';
/** For a search, which holds its rate against it. */
export { closedLoop } from './closed-loop.ts';
/** For who looks at what would run in a cluster before it does. */
export { clusterManifests } from './cluster.ts';
export { type LoadOutcome, whyAborted } from './engine.ts';
/** For who tells what was measured beside the load. */
export { LostGenerators, lostRequests } from './judging/lost.ts';
/** For who says before a load what it cannot show. */
export { enoughFor, type Need, needOf } from './judging/needed.ts';
/** For a search, whose steps are held against them, and for the live view. */
export { loadObjectives } from './judging/objectives.ts';
/** For who says before a load what it cannot show. */
export { notPlanned, selectionOf } from './judging/selection.ts';
/** For browser users, whom k6 drives too. */
export { type K6Command, runArguments as k6Arguments, scripts as k6Scripts } from './k6/process.ts';
export { type LoadProgress, recordIn } from './record.ts';
/** For runs that are kept, to compare later ones with. */
export {
  addBaseline,
  baselineLines,
  chooseBaselines,
  type LineCount,
  listBaselines,
  pinBaseline,
  removeBaseline,
} from './regression/baselines.ts';
/** For who says before a load what it cannot show. */
export { tooShortToCompare } from './regression/too-short.ts';
/** For who keeps a run that passed. */
export { uncheckedAnswersLine } from './regression/unchecked.ts';
export { recordEnd, replay } from './replay.ts';
/** For a search, which sends a load for each of its steps. */
export { type ChosenEngine, type EngineChoice, runLoad } from './run.ts';
export { checkUsers, virtualUsers, windowLengthMs } from './sizing.ts';
export { startTokens } from './token.ts';
export { packRoutes } from './windows/route-windows.ts';
