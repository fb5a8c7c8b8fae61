import { holds } from '../../gate/rules.ts';
import type { WindowResult } from '../../model/results.ts';
import type { Objective } from '../../model/verdict.ts';
import type { Counts, RunRecord } from './fold.ts';
import { addCounts, noCounts } from './fold.ts';
import { isJudged } from './is-judged.ts';

/** What of a run counts for its judgement: the windows in which the generator was not the bottleneck, and no fault was on. */
export interface JudgedRun {
  windows: WindowResult[];
  counts: Counts;
  /** Time covered that counts, and the windows that began in it. */
  durationMs: number;
  inTime: WindowResult[];
  plannedRatePerSecond: number | null;
  voidWindows: number;
  coveredMs: number;
  /** Where the last part of it ended; gaps before that are no part of `coveredMs`. */
  endMs: number;
}

export function judgedPart(record: RunRecord): JudgedRun {
  const windows = record.windows.filter(isJudged);
  const sums = noCounts();
  for (const window of windows) addCounts(sums, window);
  const durationMs = countedMs(record, windows);
  const endMs = endOf(record);
  // Sessions are let finish after the end; what they still ask for is no part of the run's rate.
  const inTime = windows.filter((window) => window.startMs < endMs);
  const planned = inTime.reduce((sum, window) => sum + window.planned, 0);
  return {
    windows,
    counts: sums,
    durationMs,
    inTime,
    plannedRatePerSecond: durationMs > 0 ? (1000 * planned) / durationMs : null,
    voidWindows: record.windows.filter((window) => window.void !== null).length,
    coveredMs: coveredMs(record),
    endMs,
  };
}

/** Time measured: all parts, without what lies between them. */
function coveredMs(record: RunRecord): number {
  const endMs = record.started.durationMs;
  return record.parts.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(toMs, endMs) - fromMs), 0);
}

/** Where the last part ended. */
function endOf(record: RunRecord): number {
  return Math.min(record.parts.at(-1)?.toMs ?? 0, record.started.durationMs);
}

/** Time covered without the windows that do not count. Quiet stretches have no windows, but count. */
function countedMs(record: RunRecord, counting: readonly WindowResult[]): number {
  if (counting.length === 0) return 0;
  const endMs = endOf(record);
  let leftOutMs = 0;
  for (const window of record.windows) {
    if (!isJudged(window)) leftOutMs += Math.max(0, Math.min(window.durationMs, endMs - window.startMs));
  }
  return Math.max(0, coveredMs(record) - leftOutMs);
}

/** A steady state is told once a minute; where nothing is told for longer, nobody looked. */
const holdsMs = 70_000;

/** Share of time that health checks found the target up, each holding until the next; null without any. */
export function healthShare(record: RunRecord, endMs: number): number | null {
  let upMs = 0;
  let allMs = 0;
  record.health.forEach(({ atMs, up }, i) => {
    const ms = Math.min(holdsMs, Math.max(0, (record.health[i + 1]?.atMs ?? endMs) - atMs));
    allMs += ms;
    if (up) upMs += ms;
  });
  return allMs === 0 ? null : upMs / allMs;
}

const statisticOf = {
  p50: 'p50',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
  'p99.9': 'p999',
  mean: 'mean',
  max: 'max',
} as const;

/** Where a response time broke its target: in how many windows, and whether in one stretch. Null when in none. */
export function brokenWindows(
  objective: Objective,
  windows: readonly WindowResult[],
): { windows: number; of: number; fromMs: number; toMs: number; oneStretch: boolean } | null {
  const { metric, statistic, route, comparison, target } = objective;
  if (route !== undefined || statistic === 'value') return null;
  if (metric !== 'response_time' && metric !== 'service_time') return null;
  const figures = metric === 'response_time' ? 'response' : 'service';
  const broken: number[] = [];
  windows.forEach((window, i) => {
    const value = window[figures][statisticOf[statistic]];
    if (value !== null && !holds(value, comparison, target)) broken.push(i);
  });
  const first = windows[broken[0] ?? -1];
  const last = windows[broken.at(-1) ?? -1];
  if (first === undefined || last === undefined) return null;
  return {
    windows: broken.length,
    of: windows.length,
    fromMs: first.startMs,
    toMs: last.startMs + last.durationMs,
    oneStretch: (broken.at(-1) ?? 0) - (broken[0] ?? 0) + 1 === broken.length,
  };
}
