import type { Component, Fault } from '../fault.ts';
import { clockSkew } from './clock-skew.ts';
import { cpuLimit } from './cpu-limit.ts';
import { cpuPressure } from './cpu-pressure.ts';
import { databaseFailover } from './database-failover.ts';
import { databaseRestart } from './database-restart.ts';
import { descriptorLimit } from './descriptor-limit.ts';
import { descriptorPressure } from './descriptor-pressure.ts';
import { diskFull } from './disk-full.ts';
import { httpAbort } from './http-abort.ts';
import { httpDelay } from './http-delay.ts';
import { ioPressure } from './io-pressure.ts';
import { ioSlow } from './io-slow.ts';
import { memoryLimit } from './memory-limit.ts';
import { memoryPressure } from './memory-pressure.ts';
import { networkBandwidth } from './network-bandwidth.ts';
import { networkCorrupt } from './network-corrupt.ts';
import { networkDelay } from './network-delay.ts';
import { networkDuplicate } from './network-duplicate.ts';
import { networkJitter } from './network-jitter.ts';
import { networkLoss } from './network-loss.ts';
import { networkPartition } from './network-partition.ts';
import { networkReorder } from './network-reorder.ts';
import { podKill } from './pod-kill.ts';
import { podPartition } from './pod-partition.ts';

/** Faults of the machine and its surroundings: resources, interfaces, storage, HTTP, clocks, databases, clusters. */
export const machineFaults: readonly Fault[] = [
  any(cpuPressure),
  any(memoryPressure),
  any(ioPressure),
  any(descriptorPressure),
  any(cpuLimit),
  any(memoryLimit),
  any(descriptorLimit),
  any(ioSlow),
  any(networkDelay),
  any(networkJitter),
  any(networkLoss),
  any(networkDuplicate),
  any(networkReorder),
  any(networkCorrupt),
  any(networkBandwidth),
  any(networkPartition),
  any(podKill),
  any(podPartition),
  any(httpDelay),
  any(httpAbort),
  any(diskFull),
  any(databaseRestart),
  any(databaseFailover),
  any(clockSkew),
];

/** As in the whole list: nothing is given to a fault but what its schema and kinds let through. */
function any<Arguments, Kind extends Component['kind']>(fault: Fault<Arguments, Kind>): Fault {
  return fault as unknown as Fault;
}
