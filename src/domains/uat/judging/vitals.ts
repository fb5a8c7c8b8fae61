import type { UatBrowser } from '../../../model/browser.ts';
import type { UatAttempt, VitalResult } from '../../../model/uat.ts';
import type { VitalName } from '../../../model/vital.ts';
import { type VitalsSeen, vitalsOf } from '../../../stats/vitals.ts';

/** 75th percentile of each vital in each browser that ran, over all page loads; what an engine does not support is neither zero nor passed. */
export function vitalResults(
  attempts: readonly Pick<UatAttempt, 'browser' | 'observation'>[],
  browsers: readonly UatBrowser[],
  budgets: Record<VitalName, number>,
): VitalResult[] {
  const seen = browsers
    .filter(({ notRun }) => notRun === null)
    .map(({ name: browser }): VitalsSeen => {
      const own = attempts.filter((attempt) => attempt.browser === browser).map(({ observation }) => observation);
      return {
        browser,
        samples: own.flatMap(({ vitals }) => vitals),
        unsupported: own.flatMap(({ unsupported }) => unsupported),
      };
    });
  return vitalsOf(seen, budgets);
}
