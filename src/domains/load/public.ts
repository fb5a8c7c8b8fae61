export type { RepeatedFailure } from './events.ts';
export { loadObjectives } from './judging/objectives.ts';
