/** For domains that replay a recording, or search one. */
export { admitRecording } from './admit-recording.ts';
export { makePlan, type Plan, type PlanInput } from './plan/plan.ts';
export { Random } from './plan/random.ts';
export { readManifest, readSessions } from './recording.ts';
