import type { Fault } from '../fault.ts';
import { processKill } from './processKill.ts';
import { processRestart } from './processRestart.ts';
import { processStop } from './processStop.ts';

/** Every fault that experiments can ask for by its name. */
export const faults: readonly Fault[] = [processKill, processStop, processRestart];
