export type { RepeatedFailure } from './events.ts';
