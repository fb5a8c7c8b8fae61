import { holds } from '../../../gate/comparison.ts';
import { isOfAll } from '../../../gate/objectives.ts';
import type { WindowResult } from '../../../model/results.ts';
import type { JudgedRun, RunFacts } from '../../../model/run-facts.ts';
import type { Period } from '../../../model/stability.ts';
import type { Objective } from '../../../model/verdict.ts';
import { addCounts, noCounts } from './fold.ts';
import { isJudged } from './is-judged.ts';

/** What of a replay was measured: its windows in order, its parts, and how long it was to be. */
interface Measured {
  windows: readonly WindowResult[];
  parts: readonly Period[];
  plannedMs: number;
  /** Steps of a search for capacity, each at a rate of its own; null: it was none. */
  search: readonly Period[] | null;
}

export function judgedPart(record: Measured): JudgedRun {
  const windows = record.windows.filter(isJudged);
  const sums = noCounts();
  for (const window of windows) addCounts(sums, window);
  const loads = loadsOf(record);
  const durationMs = countedMs(record, windows, loads);
  const endMs = endOf(record);
  // Sessions are let finish after the end; what they still ask for is no part of the run's rate.
  const inTime = windows.filter(({ startMs }) => loads.some(({ fromMs, toMs }) => startMs >= fromMs && startMs < toMs));
  const planned = inTime.reduce((sum, window) => sum + window.planned, 0);
  return {
    windows,
    counts: sums,
    durationMs,
    inTime,
    plannedRatePerSecond: durationMs > 0 ? (1000 * planned) / durationMs : null,
    invalidWindows: record.windows.filter((window) => window.invalid !== null).length,
    coveredMs: coveredMs(record),
    endMs,
  };
}

/** Time measured: all parts, without what lies between them. */
function coveredMs(record: Measured): number {
  const endMs = plannedEnd(record);
  return record.parts.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(toMs, endMs) - fromMs), 0);
}

/** Where the last part ended. */
function endOf(record: Measured): number {
  return Math.min(record.parts.at(-1)?.toMs ?? 0, plannedEnd(record));
}

/** How long a search for capacity takes is known only at its end: the length it began with was a guess. */
function plannedEnd({ search, plannedMs }: Measured): number {
  return search === null ? plannedMs : Number.POSITIVE_INFINITY;
}

/** When load was sent: all parts; of a search for capacity its steps, without the rests between them, and one that was cut short. */
function loadsOf(record: Measured): Period[] {
  const { search, parts, windows } = record;
  if (search === null) {
    const endMs = endOf(record);
    return parts.map(({ fromMs, toMs }) => ({ fromMs, toMs: Math.min(toMs, endMs) }));
  }
  const steps = [...search];
  let toMs = steps.at(-1)?.toMs ?? -1;
  let cut: Period | null = null;
  for (const window of windows) {
    if (window.startMs < toMs) continue;
    // Right after a step its sessions finish; after a rest there is another step.
    if (cut === null && window.startMs > toMs) cut = { fromMs: window.startMs, toMs: window.startMs };
    toMs = window.startMs + window.durationMs;
    if (cut !== null) cut.toMs = toMs;
  }
  return cut === null ? steps : [...steps, cut];
}

/** Time of load without the windows that do not count. Quiet periods have no windows, but count. */
function countedMs(record: Measured, counting: readonly WindowResult[], loads: readonly Period[]): number {
  if (counting.length === 0) return 0;
  const allMs = loads.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, toMs - fromMs), 0);
  let leftOutMs = 0;
  for (const window of record.windows) {
    if (isJudged(window)) continue;
    const load = loads.find(({ fromMs, toMs }) => window.startMs >= fromMs && window.startMs < toMs);
    if (load !== undefined) leftOutMs += Math.min(window.durationMs, load.toMs - window.startMs);
  }
  return Math.max(0, allMs - leftOutMs);
}

/** A steady state is recorded once a minute; where nothing is recorded for longer, nothing was checked. */
const holdsMs = 70_000;

/** Share of time that health checks found the target up, each holding until the next; null without any. */
export function healthShare(record: Pick<RunFacts, 'health'>, endMs: number): number | null {
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

/** Where a response time broke its target: in how many windows, and whether these are consecutive. Null when in none. */
export function brokenWindows(
  objective: Objective,
  windows: readonly WindowResult[],
): { windows: number; of: number; fromMs: number; toMs: number; isConsecutive: boolean } | null {
  const { metric, comparison, target } = objective;
  const statistic = statisticOf[objective.statistic as keyof typeof statisticOf];
  if (!isOfAll(objective) || statistic === undefined) return null;
  if (metric !== 'response_time' && metric !== 'service_time') return null;
  const figures = metric === 'response_time' ? 'response' : 'service';
  const broken: number[] = [];
  windows.forEach((window, i) => {
    const value = window[figures][statistic];
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
    isConsecutive: (broken.at(-1) ?? 0) - (broken[0] ?? 0) + 1 === broken.length,
  };
}

/** How long a window of the run is, ms. */
export function windowLength({ engine, windows }: Pick<RunFacts, 'engine' | 'windows'>): number {
  return engine?.windowMs ?? windows[0]?.durationMs ?? 1000;
}

export type { JudgedRun } from '../../../model/run-facts.ts';
