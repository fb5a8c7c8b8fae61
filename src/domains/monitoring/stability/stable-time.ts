import type { RunFacts } from '../../../model/run-facts.ts';
import type { DowntimePeriod, Period } from '../../../model/stability.ts';
import type { Objective } from '../../../model/verdict.ts';
import { common, lengthMs } from '../../../stats/periods.ts';

/** How long an outage may last without ending the time for which the target counts as stable, ms: what the objective for outages allows. */
export function allowedOutageMs(objectives: readonly Objective[]): number {
  return objectives.find(({ metric }) => metric === 'longest_outage')?.target ?? 0;
}

/** The longest measured time from one unplanned outage to the next, ms. What was not measured in between is no part of it. */
export function stableTimeOf(
  { judged, parts }: Pick<RunFacts, 'judged' | 'parts'>,
  downtime: readonly DowntimePeriod[],
  allowedMs: number,
): number {
  const outages = downtime.filter(({ planned, fromMs, toMs }) => !planned && toMs - fromMs > allowedMs);
  if (outages.length === 0) return judged.coveredMs;
  const measured = parts.map(({ fromMs, toMs }) => ({ fromMs, toMs: Math.min(toMs, judged.endMs) }));
  let longestMs = 0;
  let fromMs = 0;
  for (const outage of [...outages, null]) {
    const period: Period = { fromMs, toMs: outage?.fromMs ?? Number.POSITIVE_INFINITY };
    longestMs = Math.max(longestMs, lengthMs(common([period], measured)));
    fromMs = outage?.toMs ?? fromMs;
  }
  return Math.min(longestMs, judged.coveredMs);
}
