export { events } from './events.ts';
/** For whoever opens the target, and for the times of faults, which are no finer than these checks. */
export { healthEveryMs } from './health.ts';
