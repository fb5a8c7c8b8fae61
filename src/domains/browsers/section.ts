import type { BrowserVisitsResult } from '../../model/browser-visits.ts';
import type { ConditionVital } from '../../model/uat.ts';

/** What people wait for in browsers, as browser users beside the load see it. */
export interface BrowsersSection {
  visits: BrowserVisitsResult;
  vitals: ConditionVital[];
}

declare module '../../model/results.ts' {
  interface Sections {
    browsers: BrowsersSection;
  }
}
