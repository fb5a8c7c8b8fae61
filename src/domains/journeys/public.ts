/** For the plan, which sees every session of the recording. */
export { followedSettings, RecordedTally } from './recorded.ts';
