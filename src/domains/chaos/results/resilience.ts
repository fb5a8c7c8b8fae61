import { holds } from '../../../gate/comparison.ts';
import type { FaultRecord, LoadShare, ResilienceResult, TimedFigure } from '../../../model/chaos.ts';
import type { WindowResult } from '../../../model/results.ts';
import type { Objective, Verdict } from '../../../model/verdict.ts';
import type { RunRecord } from '../../../run/results/fold.ts';
import { isJudged } from '../../load/judging/is-judged.ts';
import { inMs } from '../../load/judging/latencies.ts';
import { momentaryMs } from './fold.ts';
import { type Measured, measureLists, shareOf } from './stretches.ts';
import { bandOf, detection, inBand, recovery, response } from './times.ts';

const beforeMs = 60_000;
const afterMs = 60_000;
/** What an objective needs to be judged within a fault. */
const samplesAtLeast = 100;

export interface ResilienceRules {
  /** Slower ones count as slowed, if they are three times as slow as p95 before too. */
  standardMs: number;
  /** Recovered by then is full marks; four times as late is none. */
  recoverMs: number;
  objectives: readonly Objective[];
}

/** How the target bore each fault that came to be: the windows in which it was on against those before, and how long it took to be back. */
export async function resilienceOf(
  runFolder: string,
  record: RunRecord,
  rules: ResilienceRules,
): Promise<ResilienceResult[]> {
  const faults = [...record.chaos.faults.values()].filter(
    ({ injectedMs, error }) => injectedMs !== null && error === null,
  );
  const windowMs = record.engine?.windowMs ?? record.windows[0]?.durationMs ?? 1000;
  const stretches = faults.map((fault) => stretchOf(fault, faults, record));
  const lists = stretches.flatMap(({ before, during, after }) => [before, during, after]);
  const measured = await measureLists(runFolder, windowMs, lists);
  return faults.flatMap((fault, i) => {
    const [before, during, after] = [measured[3 * i], measured[3 * i + 1], measured[3 * i + 2]];
    const stretch = stretches[i];
    if (before === undefined || during === undefined || after === undefined || stretch === undefined) return [];
    return [
      resilience({
        fault,
        fromMs: stretch.fromMs,
        endMs: stretch.endMs,
        windowMs,
        before,
        during,
        after,
        record,
        rules,
      }),
    ];
  });
}

interface FaultStretch {
  fromMs: number;
  endMs: number;
  before: WindowResult[];
  during: WindowResult[];
  after: WindowResult[];
}

function stretchOf(fault: FaultRecord, all: readonly FaultRecord[], { windows }: RunRecord): FaultStretch {
  const last = windows.at(-1);
  const runEndMs = last === undefined ? 0 : last.startMs + last.durationMs;
  const fromMs = fault.injectedMs ?? 0;
  const endMs = fault.revertedMs ?? runEndMs;
  const seenUntilMs = endMs - fromMs < 1000 ? fromMs + momentaryMs : endMs;
  const nextMs = all.reduce(
    (least, { injectedMs }) => (injectedMs !== null && injectedMs > endMs ? Math.min(least, injectedMs) : least),
    Number.POSITIVE_INFINITY,
  );
  const ends = (window: WindowResult) => window.startMs + window.durationMs;
  return {
    fromMs,
    endMs,
    before: windows.filter(
      (window) => isJudged(window) && ends(window) <= fromMs && window.startMs >= fromMs - beforeMs,
    ),
    during: windows.filter(
      (window) => window.void === null && ends(window) > fromMs && window.startMs < Math.min(seenUntilMs, nextMs),
    ),
    after: windows.filter(
      (window) => window.void === null && window.startMs >= endMs && ends(window) <= Math.min(endMs + afterMs, nextMs),
    ),
  };
}

/** A fault, and what was measured before it, under it and after it. */
export interface Borne {
  fault: FaultRecord;
  fromMs: number;
  endMs: number;
  windowMs: number;
  before: Measured;
  during: Measured;
  after: Measured;
  record: RunRecord;
  rules: ResilienceRules;
}

function resilience(borne: Borne): ResilienceResult {
  const { fault, before, during, after, rules } = borne;
  const p95BeforeMs = inMs(before.response.percentile(95));
  const slowMs = Math.max(rules.standardMs, 3 * (p95BeforeMs ?? 0));
  const shares = { before: shareOf(before, slowMs), during: shareOf(during, slowMs), after: shareOf(after, slowMs) };
  const band = bandOf(shares.before, before.windows);
  const detectedBy = detection(borne, band);
  const respond = response(borne, band, detectedBy);
  const recover = recovery(borne, band);
  const scoreParts = scoreOf(borne, shares, detectedBy, recover);
  const weights = scoreParts.reduce((sum, { weight }) => sum + weight, 0);
  return {
    faultId: fault.id,
    detectedBy,
    respond,
    recover,
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

function scoreOf(
  { after, rules }: Borne,
  { during }: Pick<ResilienceResult, 'before' | 'during' | 'after'>,
  detectedBy: ResilienceResult['detectedBy'],
  recover: TimedFigure | null,
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
    const late = recover === null ? Number.POSITIVE_INFINITY : recover.ms / rules.recoverMs;
    const score = 100 * Math.min(1, Math.max(0, (4 - late) / 3));
    const detail = recover === null ? 'not back within what was measured' : `back after ${Math.round(recover.ms)} ms`;
    parts.push({ name: 'recovered', score, weight: 3, detail });
  }
  return parts.map((part) => ({ ...part, score: Math.round(part.score * 10) / 10 }));
}

const quantiles = { p50: 50, p90: 90, p95: 95, p99: 99, 'p99.9': 99.9 } as const;

/** Response times and errors against their targets, while the fault was on. */
function objectivesIn(
  { response }: Measured,
  share: LoadShare,
  objectives: readonly Objective[],
): Record<string, Verdict> {
  const found: Record<string, Verdict> = {};
  for (const { id, metric, statistic, route, comparison, target } of objectives) {
    if (route !== undefined) continue;
    let value: number | null;
    if (metric === 'error_rate') value = share.requests === 0 ? null : (100 * share.failed) / share.requests;
    else if (metric === 'response_time' && statistic in quantiles)
      value = inMs(response.percentile(quantiles[statistic as keyof typeof quantiles]));
    else continue;
    const known = value !== null && share.requests >= samplesAtLeast;
    found[id] = known ? (holds(value ?? 0, comparison, target) ? 'pass' : 'fail') : 'inconclusive';
  }
  return found;
}
