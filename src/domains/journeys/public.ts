/** For the plan, which sees every session of the recording. */
export { followedSettings } from './recorded.ts';
/** Load follows the sessions that it sends. */
export { SessionTracker } from './tracker.ts';
