/** So that a configuration can name them. */
export { everyVitalObjective } from './objectives.ts';
/** For the page of acceptance, which shows them beside those of scenarios. */
export { vitalsOf } from './view/browser-visits.ts';
