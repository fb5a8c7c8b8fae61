/** For rehearsals, which run the smoke tests on a version before it gets traffic. */
export { smokeTest } from './smoke.ts';
