/** For whoever opens the target or watches it, and for the times of faults, which are no finer than these checks. */
export { checkHealth, checkHealthThrough, healthEveryMs, watchHealth } from './health.ts';
/** For whoever accounts for what its own processes take. */
export { Descent, readProcess } from './watch/proc.ts';
