export { events as capacityEvents } from './events.ts';
export { capacityOf } from './judging.ts';
export { measureCapacity } from './metrics.ts';
export { capacityObjective, capacityObjectives } from './objectives.ts';
