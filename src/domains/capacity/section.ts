import type { CapacityResult } from '../../model/capacity.ts';

declare module '../../model/results.ts' {
  interface Sections {
    /** Of a search for the highest rate that holds. */
    capacity: CapacityResult;
  }
}
