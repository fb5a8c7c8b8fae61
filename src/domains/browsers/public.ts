export { vitalsOf } from './view/browser-visits.ts';
