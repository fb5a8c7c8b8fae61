import { holds } from '../../../gate/comparison.ts';
import { amount, duration, grouped, requirement } from '../../../gate/words.ts';
import { percentileOf } from '../../../model/objective.ts';
import type { Objective } from '../../../model/verdict.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** One side of the interval that shares are judged by. */
const tail = 0.025;
/** Over the rate that is needed, for a plan is not exact to the request. */
const margin = 1.05;

/** What would be needed of a run for one objective. */
export interface Need {
  /** `throughput above 1,000 /s (60 /s are planned)` */
  text: string;
  durationMs?: number;
  ratePerSecond?: number;
}

/**
 * What a run would need that a plan does not have, for an objective of all requests; null: it is within reach.
 * @param plan requests, requests a second, milliseconds
 */
export function needOf(
  objective: Objective,
  plan: { requests: number; rate: number; durationMs: number },
): Need | null {
  const { metric, statistic, comparison, target, unit, minimumSamples, windowS } = objective;
  const { requests, rate, durationMs } = plan;
  if (metric === 'throughput')
    return holds(rate, comparison, target)
      ? null
      : {
          text: `throughput ${requirement(objective)} (planned: ${amount(rate, '/s', target)})`,
          ratePerSecond: target * margin,
        };
  if (metric === 'stable_time' && unit === 'h')
    return durationMs >= target * hourMs
      ? null
      : {
          text: `${duration(target * hourMs)} of stable time (planned: ${duration(durationMs)})`,
          durationMs: target * hourMs,
        };
  const allowed = metric === 'availability' ? 100 - target : metric === 'error_rate' ? target : null;
  // Without a single failure: the fewest requests that show the share.
  const forShare = allowed !== null && allowed > 0 && allowed < 100 ? Math.log(tail) / Math.log(1 - allowed / 100) : 0;
  const isSampled = allowed !== null || metric === 'response_time';
  const needed = Math.ceil(Math.max(forShare, isSampled ? minimumSamples : 0));
  if (windowS !== undefined && rate > 0 && durationMs >= windowS * 1000) {
    const p = percentileOf(statistic);
    const inEach = Math.ceil(p === null ? forShare : Math.log(tail) / Math.log(p / 100));
    if (rate * windowS < inEach)
      return {
        text: `${objective.title.toLowerCase()} ${requirement(objective)} in every ${duration(windowS * 1000)} (needs ${grouped(inEach)} requests in each)`,
        ratePerSecond: (margin * inEach) / windowS,
      };
  }
  if (windowS !== undefined && durationMs < windowS * 1000)
    return {
      text: `${objective.title.toLowerCase()} in every ${duration(windowS * 1000)} (planned: ${duration(durationMs)})`,
      durationMs: windowS * 1000,
    };
  if (needed <= requests || rate <= 0) return null;
  const takesMs = (1000 * needed) / rate;
  return {
    text: `${objective.title.toLowerCase()} ${requirement(objective)} (needs ${grouped(needed)} requests, ${duration(Math.ceil(takesMs / 1000) * 1000)} at this rate)`,
    durationMs: takesMs,
  };
}

/** Options of a run that would be long and fast enough for all of them: `--duration 24h`, `--rate 1050`. */
export function enoughFor(needs: readonly Need[]): string[] {
  const longestMs = Math.max(0, ...needs.map((need) => need.durationMs ?? 0));
  const fastest = Math.max(0, ...needs.map((need) => need.ratePerSecond ?? 0));
  return [
    ...(longestMs > 0 ? [`--duration ${option(longestMs)}`] : []),
    ...(fastest > 0 ? [`--rate ${Math.ceil(fastest)}`] : []),
  ];
}

/** As `--duration` takes it, rounded up. */
function option(ms: number): string {
  if (ms >= hourMs && ms % hourMs === 0) return `${ms / hourMs}h`;
  return `${Math.ceil(ms / minuteMs)}m`;
}
