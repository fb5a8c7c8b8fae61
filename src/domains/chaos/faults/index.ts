import type { Component, Fault } from '../fault.ts';
import { bandwidth } from './bandwidth.ts';
import { containerPause } from './container-pause.ts';
import { containerStop } from './container-stop.ts';
import { down } from './down.ts';
import { jitter } from './jitter.ts';
import { latency } from './latency.ts';
import { limitData } from './limit-data.ts';
import { machineFaults } from './machine.ts';
import { processKill } from './process-kill.ts';
import { processRestart } from './process-restart.ts';
import { processStop } from './process-stop.ts';
import { resetPeer } from './reset-peer.ts';
import { slicer } from './slicer.ts';
import { slowClose } from './slow-close.ts';
import { timeout } from './timeout.ts';

/** Every fault that experiments can ask for by its name. */
export const faults: readonly Fault[] = [
  any(latency),
  any(jitter),
  any(bandwidth),
  any(resetPeer),
  any(timeout),
  any(slowClose),
  any(slicer),
  any(limitData),
  any(down),
  any(processKill),
  any(processStop),
  any(processRestart),
  any(containerStop),
  any(containerPause),
  ...machineFaults,
];

/** The injector gives a fault no component but of its kinds, and no arguments but by its schema. */
function any<Arguments, Kind extends Component['kind']>(fault: Fault<Arguments, Kind>): Fault {
  return fault as unknown as Fault;
}
