export { events as journeyEvents } from './events.ts';
export { SessionsFold } from './fold.ts';
export { journeyCompletion } from './metrics.ts';
export { journeyObjectives } from './objectives.ts';
export { followedSettings } from './recorded.ts';
export { journeysOf } from './results/build.ts';
/** Load follows the sessions that it sends. */
export { SessionTracker } from './tracker.ts';
