import { holds } from '../../../gate/comparison.ts';
import { isOfAll } from '../../../gate/objectives.ts';
import type { FaultRecord, LoadShare, ResilienceResult, TimedFigure } from '../../../model/chaos.ts';
import { percentileOf } from '../../../model/objective.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { Objective, Verdict } from '../../../model/verdict.ts';
import { duration } from '../../../report-kit/format.ts';
import { inMs } from '../../../stats/rounding.ts';
import { figureOf } from '../../../stats/statistic.ts';
import { type Measured, type MeasuredFault, measureFaults, shareOf } from './measured-fault.ts';
import { bandOf, detection, inBand, recovery, response } from './times.ts';

/** What an objective needs to be judged within a fault. */
const samplesAtLeast = 100;

export interface ResilienceRules {
  /** Slower ones count as slowed, if they are three times as slow as p95 before too. */
  slowMs: number;
  /** Recovered by then is full marks; four times as late is none. */
  recoverMs: number;
  objectives: readonly Objective[];
}

/**
 * How the target withstood each fault that was injected: windows under the fault against those before, and how long recovery took.
 * @param faults all of the run
 */
export async function resilienceOf(
  faults: readonly FaultRecord[],
  facts: RunFacts,
  rules: ResilienceRules,
): Promise<ResilienceResult[]> {
  const measured = await measureFaults(faults, facts);
  return measured.map((fault) => resilience(fault, facts, rules));
}

function resilience(measured: MeasuredFault, facts: RunFacts, rules: ResilienceRules): ResilienceResult {
  const { fault, before, during, after } = measured;
  const p95BeforeMs = inMs(before.response.percentile(95));
  const slowMs = Math.max(rules.slowMs, 3 * (p95BeforeMs ?? 0));
  const shares = { before: shareOf(before, slowMs), during: shareOf(during, slowMs), after: shareOf(after, slowMs) };
  const band = bandOf(shares.before, before.windows);
  const detectedBy = detection(measured, band, facts);
  const respond = response(measured, band, detectedBy);
  const recover = recovery(measured, band);
  const scoreParts = scoreOf(after, shares.during, { detectedBy, recover, recoverMs: rules.recoverMs });
  const others = othersOf(measured);
  const weights = scoreParts.reduce((sum, { weight }) => sum + weight, 0);
  return {
    faultId: fault.id,
    detectedBy,
    respond,
    recover,
    ...(others === null ? {} : { others }),
    lookedForMs: after.windows.reduce((sum, { durationMs }) => sum + durationMs, 0),
    ...shares,
    score:
      shares.during.requests === 0 || weights === 0
        ? null
        : Math.round(scoreParts.reduce((sum, { score, weight }) => sum + score * weight, 0) / weights),
    scoreParts,
    objectives: objectivesIn(during, shares.during, rules.objectives),
  };
}

/**
 * Of the requests that the fault touched where they were counted, else as configured, else nobody is on the broken part. Those who are not on
 * it are taken to be those who were answered fastest; null where there are none.
 */
function othersOf({ fault, during }: MeasuredFault): NonNullable<ResilienceResult['others']> | null {
  const requests = during.windows.reduce((sum, { planned }) => sum + planned, 0);
  const counted = fault.touched === undefined || requests === 0 ? undefined : fault.touched.applied / requests;
  const share = Math.min(1, counted ?? fault.affectedShare ?? 0);
  return share === 1 ? null : { share, p95Ms: inMs(during.response.percentile(95 * (1 - share))) };
}

function scoreOf(
  after: Measured,
  during: LoadShare,
  {
    detectedBy,
    recover,
    recoverMs,
  }: Pick<ResilienceResult, 'detectedBy'> & {
    recover: TimedFigure | null;
    recoverMs: number;
  },
): ResilienceResult['scoreParts'] {
  if (during.requests === 0) return [];
  const served = 1 - during.failed / during.requests;
  const inTime = 1 - during.slowed / during.requests;
  const parts = [
    {
      name: 'served',
      score: 100 * served,
      weight: 4,
      detail: `${during.failed} of ${during.requests} requests failed`,
    },
    { name: 'in time', score: 100 * inTime, weight: 2, detail: `${during.slowed} of ${during.requests} were slowed` },
  ];
  if (detectedBy.errors !== null) {
    const noticed = detectedBy.health !== null || detectedBy.alert !== null;
    const by = detectedBy.health === null ? 'an alert' : 'the health check';
    const detail = noticed ? `noticed by ${by}` : 'users saw errors; neither health check nor alert did';
    parts.push({ name: 'noticed', score: noticed ? 100 : 0, weight: 1, detail });
  }
  if (after.windows.length >= inBand) {
    const late = recover === null ? Number.POSITIVE_INFINITY : recover.ms / recoverMs;
    const score = 100 * Math.min(1, Math.max(0, (4 - late) / 3));
    const detail = recover === null ? 'not back within what was measured' : `back after ${duration(recover.ms)}`;
    parts.push({ name: 'recovered', score, weight: 3, detail });
  }
  return parts.map((part) => ({ ...part, score: Math.round(part.score * 10) / 10 }));
}

/** Response times and errors against their targets, while the fault was on. */
function objectivesIn(
  { response }: Measured,
  share: LoadShare,
  objectives: readonly Objective[],
): Record<string, Verdict> {
  const found: Record<string, Verdict> = {};
  for (const objective of objectives) {
    if (!isOfAll(objective)) continue;
    const { id, metric, statistic, comparison, target } = objective;
    let value: number | null;
    if (metric === 'error_rate') value = share.requests === 0 ? null : (100 * share.failed) / share.requests;
    else if (metric === 'response_time' && percentileOf(statistic) !== null) value = figureOf(response, statistic);
    else continue;
    const known = value !== null && share.requests >= samplesAtLeast;
    found[id] = known ? (holds(value ?? 0, comparison, target) ? 'pass' : 'fail') : 'inconclusive';
  }
  return found;
}
