import type { ChaosResult } from '../../model/chaos.ts';

declare module '../../model/results.ts' {
  interface Sections {
    chaos: ChaosResult;
  }
}
