export { events as browserEvents } from './events.ts';
export { BrowserFold } from './fold.ts';
export { judging as browsersJudging } from './judging.ts';
export { webVital } from './metrics.ts';
export { vitalObjectives } from './objectives.ts';
export { browsersOf } from './results/build.ts';
export { vitalsOf } from './view/browser-visits.ts';
