import type { Verdict } from '../model/verdict.ts';

/** Fewer say nothing about a 75th percentile. */
const fewestSamples = 10;

/** Right side, wrong side, or neither: an interval across the budget shows nothing. */
export function vitalVerdict(samples: number, low: number, high: number | null, budget: number): Verdict {
  if (samples >= 3 && low > budget) return 'fail';
  if (samples < fewestSamples || high === null) return 'inconclusive';
  return high <= budget ? 'pass' : 'inconclusive';
}
