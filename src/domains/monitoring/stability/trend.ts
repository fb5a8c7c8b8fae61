import type { Stretch, TrendResult } from '../../../model/stability.ts';
import type { Verdict } from '../../../model/verdict.ts';
import type { MetricUnit } from '../../../model/watch.ts';
import { changePoints } from '../../../stats/change-points.ts';
import { type Point, type Trend, thinned, trendOf } from '../../../stats/trend.ts';
import { tidy } from '../metric-fold.ts';
import { type GrowthRule, rule } from './rule.ts';
import { sawtoothOf } from './sawtooth.ts';
import { anHour, inUnit, roughly } from './words.ts';

/** Trends are O(n²) in these. */
export const pointsAtMost = 240;
const hourMs = 3_600_000;
const dayHours = 24;

/** A series that must not drift; x in hours of the run's clock. */
export interface Series {
  id: string;
  title: string;
  unit: MetricUnit;
  subject: TrendResult['subject'];
  limit: number | null;
  growth: GrowthRule;
  points: readonly Point[];
}

/** What is known beside the series. */
export interface TrendContext {
  stretch: Stretch;
  /** The load grew during it. */
  loadGrew: boolean;
  /** How long the target is to be stable: growth that noise may hide must matter within that, and within a day. Absent: a day. */
  requiredHours?: number;
}

/** Judges one series by the rule. */
export function judgeTrend(series: Series, { stretch, loadGrew, requiredHours = dayHours }: TrendContext): TrendResult {
  const points = thinned(series.points, pointsAtMost);
  const enough = stretch.toMs - stretch.fromMs >= rule.stretchAtLeastMs && points.length >= rule.pointsAtLeast;
  const trend = enough ? trendOf(points) : null;
  const common = {
    id: series.id,
    title: series.title,
    unit: series.unit,
    subject: series.subject,
    limit: series.limit,
    points: points.length,
    stretch,
  };
  if (trend === null) {
    const value = points.at(-1)?.y ?? 0;
    return {
      ...common,
      slopePerHour: 0,
      interval: null,
      pValue: null,
      startValue: tidy(points[0]?.y ?? 0),
      endValue: tidy(value),
      limitReachedInMs: null,
      verdict: 'inconclusive',
      sentence: `${series.title}: too short to show a trend.`,
    };
  }
  const reachedMs = limitReached(series.limit, trend);
  const found = verdictOf(series, points, trend, reachedMs, { loadGrew, hours: Math.min(requiredHours, dayHours) });
  return {
    ...common,
    slopePerHour: tidy(trend.slope),
    interval: { ...trend.interval, low: tidy(trend.interval.low), high: tidy(trend.interval.high) },
    pValue: tidy(trend.pValue),
    startValue: tidy(trend.start),
    endValue: tidy(trend.end),
    limitReachedInMs: reachedMs,
    ...found,
  };
}

/** Times and shares of errors rise and fall with the load, and heaps with every collection. */
function canHaveTeeth({ id, unit }: Pick<Series, 'id' | 'unit'>): boolean {
  return (unit === 'bytes' || unit === 'count') && !id.endsWith('.heap');
}

function limitReached(limit: number | null, { slope, end }: Trend): number | null {
  if (limit === null || slope <= 0) return null;
  return Math.max(0, Math.round(((limit - end) / slope) * hourMs));
}

function verdictOf(
  { id, title, unit, growth, limit }: Series,
  points: readonly Point[],
  trend: Trend,
  reachedMs: number | null,
  { loadGrew, hours }: { loadGrew: boolean; hours: number },
): { verdict: Verdict; sentence: string } {
  const { slope, start, end, pValue, interval } = trend;
  const teeth = canHaveTeeth({ id, unit }) ? sawtoothOf(points) : null;
  if (teeth !== null) {
    const rise = `from ${inUnit(teeth.low, unit)} to ${inUnit(teeth.high, unit)}`;
    return {
      verdict: 'inconclusive',
      sentence: `${title} is a sawtooth: it climbs ${rise} and falls back, ${teeth.falls} times, every ${roughly(teeth.everyHours * hourMs)}. A leak that something resets looks like this, and so does a store that is emptied.`,
    };
  }
  const grows = slope > 0 && pValue < rule.pValueBelow;
  if (!grows) {
    if (pValue < rule.pValueBelow && slope < 0)
      return { verdict: 'pass', sentence: `${title} falls ${anHour(-slope, unit)}.` };
    if (!matters(growth, interval.high, trend, limitReached(limit, { ...trend, slope: interval.high }), hours))
      return { verdict: 'pass', sentence: `${title} does not grow.` };
    const hidden = anHour(interval.high, unit);
    return {
      verdict: 'inconclusive',
      sentence: `${title} shows no growth, but up to ${hidden} could hide in its noise.`,
    };
  }
  const rate = `${title} grows ${anHour(slope, unit)}`;
  const tail = tailOf(points, slope);
  if (tail === 'level') {
    return {
      verdict: 'pass',
      sentence: `${title} grew from ${inUnit(start, unit)} to ${inUnit(end, unit)}, then levelled off.`,
    };
  }
  const soon = reachedMs !== null && reachedMs <= rule.limitWithinMs;
  if (!matters(growth, slope, trend, reachedMs)) {
    const left =
      reachedMs === null || limit === null ? '' : `; its limit of ${inUnit(limit, unit)} is ${roughly(reachedMs)} away`;
    return { verdict: 'pass', sentence: `${rate}, too little to matter${left}.` };
  }
  const ahead =
    limit !== null && reachedMs !== null && (soon || reachedMs < 365 * dayHours * hourMs)
      ? `its limit of ${inUnit(limit, unit)} is reached in ${roughly(reachedMs)}`
      : `from ${inUnit(start, unit)} to ${inUnit(start + slope * dayHours, unit)} in 24 h`;
  const growing = `${rate}; ${ahead}`;
  if (loadGrew) return { verdict: 'inconclusive', sentence: `${growing}, but the load grew as well.` };
  if (tail === 'unclear') {
    return { verdict: 'inconclusive', sentence: `${growing}, but whether it still does at the end is not clear.` };
  }
  if (end - start < growth.seen * Math.abs(start)) {
    return {
      verdict: 'inconclusive',
      sentence: `${growing}, but so little was seen of it that only a longer run would show whether it matters.`,
    };
  }
  return { verdict: 'fail', sentence: `${growing}.` };
}

/** @param hours in which it grows so far */
function matters(
  growth: GrowthRule,
  slope: number,
  { start }: Trend,
  reachedMs: number | null,
  hours = dayHours,
): boolean {
  if (reachedMs !== null && reachedMs <= (rule.limitWithinMs * hours) / dayHours) return true;
  const grown = slope * hours;
  return growth.byDay && grown > rule.dayGrowth * Math.abs(start) && grown > growth.least;
}

/** Whether the latter half, or what comes after the last change of level, grows on or far less than the whole; unclear: less, by its noise. */
function tailOf(points: readonly Point[], slope: number): 'grows' | 'level' | 'unclear' {
  const lastShift = changePoints(points).at(-1)?.at.x ?? 0;
  const half = points.slice(Math.floor(points.length / 2));
  const after = half.filter(({ x }) => x >= lastShift);
  const tail = trendOf(after.length >= 12 ? after : half);
  if (tail === null || tail.slope >= rule.levelledBelow * slope) return 'grows';
  return tail.interval.high < slope ? 'level' : 'unclear';
}
