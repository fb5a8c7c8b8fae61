export { followedSettings, RecordedTally } from './recorded.ts';
/** Load follows the sessions that it sends. */
export { SessionTracker } from './tracker.ts';
