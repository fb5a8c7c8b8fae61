import type { FaultRecord } from '../../../model/chaos.ts';
import { feltPeriod } from '../felt.ts';

/**
 * Whether a period of the run is under a fault, and so not judged with the rest.
 * @returns the fault in words; null: none
 */
export function faultDuring(faults: readonly FaultRecord[], fromMs: number, toMs: number): string | null {
  for (const fault of faults) {
    const felt = feltPeriod(fault);
    if (felt !== null && toMs > felt.fromMs && fromMs < felt.toMs) return `${fault.title}, ${fault.component}`;
  }
  return null;
}
