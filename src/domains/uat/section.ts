import type { FeedbackResult } from '../../model/feedback.ts';
import type { AcceptanceResult, ConditionVital } from '../../model/uat.ts';
import type { UatUnderLoad } from '../../model/uat-under-load.ts';

/** Business scenarios, alone or beside the load, and what people think of the release. */
export interface UatSection {
  /** Of a run of scenarios alone; absent: they were run beside the load, or not at all. */
  acceptance?: AcceptanceResult;
  /** Of scenarios beside the load. */
  underLoad?: UatUnderLoad;
  /** Web vitals by what was going on. */
  vitals: ConditionVital[];
  /** Of a survey that the configuration names; absent: nobody answered. */
  feedback?: FeedbackResult;
}

declare module '../../model/results.ts' {
  interface Sections {
    uat: UatSection;
  }
}
