/** So that a configuration can name it. */
export { capacityObjective } from './objectives.ts';
