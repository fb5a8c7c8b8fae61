import type { JourneysResult } from '../../model/journeys.ts';

declare module '../../model/results.ts' {
  interface Sections {
    journeys: JourneysResult;
  }
}
