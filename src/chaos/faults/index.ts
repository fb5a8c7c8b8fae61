import type { Component, Fault } from '../fault.ts';
import { machineFaults } from './machine.ts';
import { processKill } from './process-kill.ts';
import { processRestart } from './process-restart.ts';
import { processStop } from './process-stop.ts';

/** Every fault that experiments can ask for by its name. */
export const faults: readonly Fault[] = [any(processKill), any(processStop), any(processRestart), ...machineFaults];

/** The injector gives a fault no component but of its kinds, and no arguments but by its schema. */
function any<Arguments, Kind extends Component['kind']>(fault: Fault<Arguments, Kind>): Fault {
  return fault as unknown as Fault;
}
