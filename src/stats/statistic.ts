import { limitMsOf, percentileOf } from '../model/objective.ts';
import type { Statistic } from '../model/verdict.ts';
import type { LatencyHistogram } from './histogram.ts';
import { inMs } from './rounding.ts';

/** A figure of recorded times: ms, of `share above 500 ms` percent. null where there are none, or the statistic is no figure of times. */
export function figureOf(times: LatencyHistogram, statistic: Statistic): number | null {
  if (times.count === 0) return null;
  const limitMs = limitMsOf(statistic);
  if (limitMs !== null) return (100 * times.countAbove(limitMs * 1000)) / times.count;
  const p = percentileOf(statistic);
  if (p !== null) return inMs(times.percentile(p));
  if (statistic === 'mean') return inMs(times.mean);
  if (statistic === 'min') return inMs(times.min);
  return statistic === 'max' ? inMs(times.max) : null;
}
