import type { WindowResult } from '../../../model/results.ts';
import type { JudgedRun } from '../../../model/run-facts.ts';
import type { Period } from '../../../model/stability.ts';
import type { MetricDescription } from '../../../model/watch.ts';
import { type Point, thinned, trendOf } from '../../../stats/trend.ts';
import type { Watched } from '../fold.ts';
import { errorsRule, growthRule, responseRule, rule } from './rule.ts';
import { pointsAtMost, type Series } from './trend.ts';

const hourMs = 3_600_000;

/** The part of the covered time that is judged: all of it after warm-up. */
export function afterWarmUp(coveredMs: number): Period {
  const warmUpMs = Math.min(Math.max(coveredMs * rule.warmUpShare, rule.warmUpAtLeastMs), rule.warmUpAtMostMs);
  return { fromMs: Math.min(warmUpMs, coveredMs), toMs: coveredMs };
}

/** Every series that must not drift, within a period. */
export function watchedSeries({ metrics }: Watched, judged: JudgedRun, period: Period): Series[] {
  const windows = windowsIn(judged, period);
  const target = { subject: 'target', limit: null } as const;
  const found: Series[] = (['p50', 'p95', 'p99'] as const).map((statistic) => ({
    ...target,
    id: `response.${statistic}`,
    title: `${statistic} response time`,
    unit: 'ms',
    growth: responseRule,
    points: windows.flatMap((window) => {
      const y = window.response[statistic];
      return y === null ? [] : [{ x: middleHour(window), y }];
    }),
  }));
  found.push({
    ...target,
    id: 'errors',
    title: 'Error rate',
    unit: '%',
    growth: errorsRule,
    points: errorShares(windows),
  });
  for (const { metric, fold } of metrics.values()) {
    const growth = growthRule(metric.kind, metric.unit);
    if (growth === null) continue;
    const { id, title, unit, subject } = metric;
    found.push({
      id,
      title,
      unit,
      subject,
      growth,
      limit: limitOf(metric),
      points: fold.points(period.fromMs, period.toMs),
    });
  }
  return found;
}

function windowsIn({ windows }: JudgedRun, { fromMs, toMs }: Period): WindowResult[] {
  return windows.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
}

function middleHour({ startMs, durationMs }: WindowResult): number {
  return (startMs + durationMs / 2) / hourMs;
}

function limitOf({ limit, unit, kind }: MetricDescription): number | null {
  return limit ?? (unit === '%' && (kind === 'disk' || kind === 'memory') ? 100 : null);
}

/** Failures are rare, so the median of windows would hide them: share over periods of equally many windows, %. */
function errorShares(windows: readonly WindowResult[]): Point[] {
  const size = Math.ceil(windows.length / pointsAtMost);
  const points: Point[] = [];
  for (let i = 0; i < windows.length; i += size) {
    const block = windows.slice(i, i + size);
    const sum = (pick: (window: WindowResult) => number) => block.reduce((total, window) => total + pick(window), 0);
    const answered = sum(({ completed, failed }) => completed + failed);
    if (answered > 0)
      points.push({ x: sum(middleHour) / block.length, y: (100 * sum(({ failed }) => failed)) / answered });
  }
  return points;
}

/** Whether more and more was asked for meanwhile: growth of the target cannot be distinguished from the load's then. */
export function loadGrew(judged: JudgedRun, period: Period): boolean {
  const windows = windowsIn(judged, period);
  const points = windows.map((window) => ({ x: middleHour(window), y: window.planned / window.durationMs }));
  const trend = trendOf(thinned(points, pointsAtMost));
  if (trend === null || trend.pValue >= rule.pValueBelow) return false;
  return trend.end - trend.start > rule.loadGrowth * Math.abs(trend.start);
}
