/** For domains that open the target or watch it, and for the times of faults, which are no finer than these checks. */
export { checkHealth, checkHealthThrough, healthEveryMs, watchHealth } from './health.ts';
/** For domains that measure what their own processes use. */
export { Descent, readProcess } from './watch/proc.ts';
