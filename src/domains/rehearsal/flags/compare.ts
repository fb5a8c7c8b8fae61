import { errorFunction } from 'simple-statistics';
import { shareDifference } from '../../../stats/compare/shares.ts';
import { percentileRanks } from '../../../stats/intervals.ts';
import type { Arm } from './evidence.ts';

const confidence = 0.99;

interface Difference {
  value: number;
  low: number;
  high: number;
}

/**
 * Chance that arms differ so much in size, were sessions shared out as asked: Pearson's χ² with one degree of freedom
 * (Fabijan et al., "Diagnosing Sample Ratio Mismatch", KDD 2019).
 */
export function sampleRatioP(on: number, off: number, sharePercent: number): number {
  const share = sharePercent / 100;
  const all = on + off;
  const chiSquare = (on - all * share) ** 2 / (all * share) + (off - all * (1 - share)) ** 2 / (all * (1 - share));
  return Math.min(1, 1 - errorFunction(Math.sqrt(chiSquare / 2)));
}

/** By how much the second arm is slower, ms: the difference of medians of sessions, by the hybrid of both intervals (Newcombe, 1998). null: too few sessions */
export function slowdown(off: Arm, on: Arm): (Difference & { baseMs: number }) | null {
  const [first, second] = [median(off.times), median(on.times)];
  if (first === null || second === null) return null;
  const value = second.value - first.value;
  return {
    ...{ value, baseMs: first.value },
    low: value - Math.hypot(second.value - second.low, first.high - first.value),
    high: value + Math.hypot(second.high - second.value, first.value - first.low),
  };
}

/** By how many percentage points more requests of the second arm fail. A session's requests fail together, so sessions are counted at their mean. */
export function moreFailures(off: Arm, on: Arm): Difference {
  const perSession = ({ failed, requests, sessions }: Arm) => ({
    failed: (failed / requests) * sessions,
    of: sessions,
  });
  const { value, interval } = shareDifference(perSession(off), perSession(on), confidence);
  return { value: 100 * value, low: 100 * interval.low, high: 100 * interval.high };
}

function median(times: readonly number[]): Difference | null {
  const sorted = [...times].sort((a, b) => a - b);
  const { low, high } = percentileRanks(sorted.length, 50, confidence);
  if (low < 1 || high > sorted.length) return null;
  const at = (rank: number) => sorted[rank - 1] ?? 0;
  return { value: at(Math.ceil(sorted.length / 2)), low: at(low), high: at(high) };
}
