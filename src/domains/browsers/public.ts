/** Vitals are shown on the pages of scenarios too. */
export { vitalsOf } from './view/browser-visits.ts';
