/** For domains that open the target or watch it, and for the times of faults, which are no finer than these checks. */
export { checkHealth, healthEveryMs, statusOf, watchHealth } from './health.ts';
/** For runs that are kept, whose error lines later ones are compared with. */
export { errorLinesOf } from './judged/error-logs.ts';
/** For domains that measure what their own processes use. */
export { Descent, readProcess } from './watch/proc.ts';
